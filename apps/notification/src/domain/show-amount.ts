import { notShowable } from './errors.ts'

/**
 * An amount in minor units as a person reads it: 18000 EUR is `€180.00`, 18000 JPY is `¥18,000`. Exact for every
 * whole number. Throws NOTIFICATION_VALUE_NOT_SHOWABLE.
 */
export function showAmount(amountMinor: number, currency: string): string {
  const format = formatOf(currency)
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2
  // As an exact decimal text: a division would round large amounts.
  return format.format(`${amountMinor}E-${digits}` as Intl.StringNumericLiteral)
}

function formatOf(currency: string): Intl.NumberFormat {
  try {
    return new Intl.NumberFormat('en', { style: 'currency', currency })
  } catch (cause) {
    throw notShowable('currency', currency, cause)
  }
}
