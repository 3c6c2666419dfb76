import { type ReactNode, useEffect, useRef } from 'react'
import { Link } from 'wouter'
import { useLanguage } from '../language/language'

/** The frame of every screen. A new screen takes the focus to its heading, so that a voice begins there. */
export function Screen(props: {
  readonly title: string
  readonly back?: string
  readonly children: ReactNode
}) {
  const { texts, language, choose } = useLanguage()
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    document.title = `${props.title} · ${texts.page.title}`
  }, [props.title, texts])
  useEffect(() => {
    heading.current?.focus({ preventScroll: true })
    window.scrollTo(0, 0)
  }, [])
  return (
    <>
      <header className="bar">
        {props.back === undefined ? (
          <span className="bar-name">{texts.page.title}</span>
        ) : (
          <Link href={props.back} className="bar-link">
            <Chevron />
            {props.back === '/' ? texts.page.home : texts.page.back}
          </Link>
        )}
        <button
          type="button"
          className="bar-link"
          lang={language === 'zh' ? 'en' : 'zh-CN'}
          onClick={() => choose(language === 'zh' ? 'en' : 'zh')}
        >
          {texts.page.switchLanguage}
        </button>
      </header>
      <main id="main">
        <h1 ref={heading} tabIndex={-1}>
          {props.title}
        </h1>
        {props.children}
      </main>
    </>
  )
}

function Chevron() {
  return (
    <svg className="chevron" viewBox="0 0 12 20" aria-hidden="true">
      <path d="M10 2 2 10l8 8" />
    </svg>
  )
}
