/** The life of a closing order (mission C5, C8). An order that has ended stays as it ended. */
export type ClosingOrderState = 'requested' | 'executed' | 'withdrawn'

export type ClosingCommand = 'confirm' | 'withdraw'

export type ClosingRefusal = 'closing-order-executed' | 'closing-order-withdrawn'

/** State x command: the state it leads to, or the code of the refusal. Asking again for what is done is no refusal: one effect, same answer. */
export const closingOrderTable: Readonly<
  Record<
    ClosingOrderState,
    Readonly<Record<ClosingCommand, { to: ClosingOrderState } | { refused: ClosingRefusal }>>
  >
> = {
  requested: { confirm: { to: 'executed' }, withdraw: { to: 'withdrawn' } },
  executed: { confirm: { to: 'executed' }, withdraw: { refused: 'closing-order-executed' } },
  withdrawn: { confirm: { refused: 'closing-order-withdrawn' }, withdraw: { to: 'withdrawn' } },
}
