import { type ReactNode, useEffect } from 'react'
import { Button } from 'react-aria-components/Button'
import { useTexts } from '../language/language'
import { announce } from './announce'

/**
 * A button as wide as the page. While its command is under way it keeps its place and its focus, does nothing and says so; react-aria's own
 * pending state leaves nameless pictures in the document, which fails the check of accessibility.
 */
export function Action(props: {
  readonly children: ReactNode
  readonly look?: 'primary' | 'neutral' | 'plain'
  readonly pending?: boolean
  readonly disabled?: boolean
  readonly onPress?: () => void
  readonly submits?: boolean
  readonly describedBy?: string
}) {
  const texts = useTexts()
  const pending = props.pending === true
  useEffect(() => {
    if (pending) announce(texts.page.loading)
  }, [pending, texts])
  return (
    <Button
      className={`action ${props.look ?? 'primary'}`}
      type={props.submits === true ? 'submit' : 'button'}
      isDisabled={props.disabled ?? false}
      {...(props.onPress === undefined || pending ? {} : { onPress: props.onPress })}
      {...(props.describedBy === undefined ? {} : { 'aria-describedby': props.describedBy })}
    >
      {props.children}
      {pending && <span className="spinner" aria-hidden="true" />}
    </Button>
  )
}
