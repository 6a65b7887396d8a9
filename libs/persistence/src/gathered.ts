import { type Tx } from './tx.ts'

/**
 * Makes one call of all that is asked for in the same turn of the event loop on one transaction: work that runs side by side
 * asks for the same thing at the same time, and a statement about eight rows costs little more than one about a single row.
 * @param run answers all items, in their order; what it throws, all who asked get
 * @returns asks for one item; its statement is sent when the turn ends, after those that were sent in the turn
 */
export function gathered<I, O>(run: (tx: Tx, items: readonly I[]) => Promise<readonly O[]>): (tx: Tx, item: I) => Promise<O> {
  const rounds = new WeakMap<Tx, Round<I, O>>()
  return async (tx, item) => {
    const round = rounds.get(tx) ?? begin(tx)
    const place = round.items.push(item) - 1
    return (await round.answers)[place] as O
  }

  function begin(tx: Tx): Round<I, O> {
    const items: I[] = []
    const answers = endOfTurn().then(() => {
      rounds.delete(tx)
      return run(tx, items)
    })
    const round = { items, answers }
    rounds.set(tx, round)
    return round
  }
}

interface Round<I, O> {
  readonly items: I[]
  readonly answers: Promise<readonly O[]>
}

/** After all promises that are settled by now were heard of. */
function endOfTurn(): Promise<void> {
  return new Promise(resolve => process.nextTick(resolve))
}
