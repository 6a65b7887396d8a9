/** A service meets a few; what is beyond is made anew. */
const MOST = 100

/** Makes each key's value once: to make an Intl format takes five times as long as to use it. What throws is not kept. */
export function remember<V>(make: (key: string) => V): (key: string) => V {
  const values = new Map<string, V>()
  return (key) => {
    const known = values.get(key)
    if (known !== undefined) return known
    const value = make(key)
    if (values.size < MOST) values.set(key, value)
    return value
  }
}
