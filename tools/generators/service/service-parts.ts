import type { CatalogueEntry } from '../../contracts/catalogue.ts'
import { pascalCase } from '../made.ts'

/** What the sources of a new service are made of. */
export interface ServiceParts {
  /** `price-watch` */
  readonly name: string
  /** `pricewatch`: its bounded context, the first word of what it tells. */
  readonly context: string
  /** What it is for, a sentence. */
  readonly says: string
  /** The message that brings it work. */
  readonly hears: CatalogueEntry
}

export const moduleClassOf = ({ name }: ServiceParts): string => `${pascalCase(name)}Module`

/** `price_watch` */
export const databaseOf = ({ name }: ServiceParts): string => name.replaceAll('-', '_')

/** The event that it tells: `pricewatch.entry-kept`. */
export const eventOf = ({ context }: ServiceParts): string => `${context}.entry-kept`

/** `PricewatchEntryKeptV1` */
export const eventConstOf = (parts: ServiceParts): string => `${pascalCase(`${parts.context}-entry-kept`)}V1`

/** File and class of its handler: `on-booking-confirmed`, `OnBookingConfirmed`. */
export function handlerOf({ hears }: ServiceParts): { file: string, className: string } {
  const file = `on-${new URL(hears.dataschema).pathname.split('/')[2]}`
  return { file, className: pascalCase(file) }
}
