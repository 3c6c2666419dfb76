import type { ReactNode } from 'react'
import { Label } from 'react-aria-components/Label'
import { Radio, RadioGroup } from 'react-aria-components/RadioGroup'

/** One of a few, all in view. Nothing is chosen for the borrower unless the caller says so. */
export function Choice(props: {
  readonly label: string
  readonly value: string | null
  readonly onChange: (value: string) => void
  readonly options: readonly {
    readonly value: string
    readonly name: ReactNode
    readonly hint?: ReactNode
  }[]
}) {
  return (
    <RadioGroup className="choice" value={props.value} onChange={props.onChange}>
      <Label>{props.label}</Label>
      <div className="cells">
        {props.options.map((option) => (
          <Radio key={option.value} value={option.value} className="option">
            <span className="dot" aria-hidden="true" />
            <span>
              {option.name}
              {option.hint !== undefined && <span className="hint">{option.hint}</span>}
            </span>
          </Radio>
        ))}
      </div>
    </RadioGroup>
  )
}
