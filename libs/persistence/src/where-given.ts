/**
 * The `where` of the conditions whose value is given, each with one `?` for it; empty when none is. A filter that is left out is
 * then left out of the statement too: statements are planned once, and `$1 is null or id = $1` would have no index.
 * @example const { where, params } = whereGiven({ 'state = ?': state, 'id < ?': before })
 * query(`select * from booking ${where} order by id desc limit $${params.push(limit)}`, params)
 */
export function whereGiven(conditions: Readonly<Record<string, unknown>>): { where: string; params: unknown[] } {
  const given = Object.entries(conditions).filter(([, value]) => value !== undefined)
  const terms = given.map(([condition], i) => condition.replace('?', `$${i + 1}`))
  return { where: terms.length === 0 ? '' : `where ${terms.join(' and ')}`, params: given.map(([, value]) => value) }
}
