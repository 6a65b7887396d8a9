const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

export interface Interrupt {
  readonly signal: AbortSignal
  /** Resolves with the first signal. */
  readonly happened: Promise<void>
  release(): void
}

/** Turns Ctrl-C, a request to end and a closed terminal into an abort, so that everything can be tidied up. */
export function abortOnSignals(): Interrupt {
  const controller = new AbortController()
  let tell: () => void
  const happened = new Promise<void>((resolve) => (tell = resolve))
  const onSignal = (): void => {
    controller.abort()
    tell()
  }
  for (const name of signals) process.on(name, onSignal)
  return {
    signal: controller.signal,
    happened,
    release: () => signals.forEach((name) => process.off(name, onSignal)),
  }
}
