import { FieldError } from 'react-aria-components/FieldError'
import { Input } from 'react-aria-components/Input'
import { Label } from 'react-aria-components/Label'
import { Text } from 'react-aria-components/Text'
import { TextField } from 'react-aria-components/TextField'

/** One line of text with its label, hint and fault. */
export function Field(props: {
  readonly label: string
  readonly hint?: string
  readonly fault?: string | undefined
  readonly value: string
  readonly onChange: (value: string) => void
  readonly inputMode: 'numeric' | 'decimal' | 'tel'
  readonly autoComplete?: string
  readonly readOnly?: boolean
}) {
  const fault = props.fault !== undefined
  return (
    <TextField
      className="field"
      value={props.value}
      onChange={props.onChange}
      isInvalid={fault}
      isReadOnly={props.readOnly ?? false}
      validationBehavior="aria"
    >
      <Label>{props.label}</Label>
      <Input inputMode={props.inputMode} autoComplete={props.autoComplete ?? 'off'} />
      {props.hint !== undefined && <Text slot="description">{props.hint}</Text>}
      {fault && <FieldError>{props.fault}</FieldError>}
    </TextField>
  )
}
