import { notShowable } from './errors.ts'
import { remember } from './remember.ts'

/**
 * An amount in minor units as a person reads it: 18000 EUR is `€180.00`, 18000 JPY is `¥18,000`. Exact for every
 * whole number. Throws NOTIFICATION_VALUE_NOT_SHOWABLE.
 */
export function showAmount(amountMinor: number, currency: string): string {
  const { format, digits } = formatOf(currency)
  // As an exact decimal text: a division would round large amounts.
  return format.format(`${amountMinor}E-${digits}` as Intl.StringNumericLiteral)
}

/** A currency's format, and how many digits its minor units are. */
const formatOf = remember((currency) => {
  try {
    const format = new Intl.NumberFormat('en', { style: 'currency', currency })
    return { format, digits: format.resolvedOptions().maximumFractionDigits ?? 2 }
  } catch (cause) {
    throw notShowable('currency', currency, cause)
  }
})
