import type { BorrowerTexts } from '@jieqing/texts/borrower/zh'
import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react'
import { I18nProvider } from 'react-aria-components/I18nProvider'

export type Language = 'zh' | 'en'

const locales = { zh: 'zh-CN', en: 'en-GB' } as const

const Context = createContext<{
  readonly language: Language
  readonly locale: string
  readonly texts: BorrowerTexts
  readonly choose: (language: Language) => void
} | null>(null)

/** The language in use, its sentences, and the switch. */
export function useLanguage() {
  const context = useContext(Context)
  if (context === null) throw new Error('no language')
  return context
}

export function useTexts(): BorrowerTexts {
  return useLanguage().texts
}

/** Only the catalogue in use is loaded. */
export async function loadTexts(language: Language): Promise<BorrowerTexts> {
  if (language === 'en') return (await import('@jieqing/texts/borrower/en')).en
  return (await import('@jieqing/texts/borrower/zh')).zh
}

const storageName = 'jieqing.language'

/** `?lang=` first, then the last choice on this device, then Chinese. */
export function initialLanguage(): Language {
  const asked = new URLSearchParams(location.search).get('lang')
  const language = (asked ?? stored()) === 'en' ? 'en' : 'zh'
  // The next address of this page has no `?lang=` any more.
  if (asked !== null) store(language)
  return language
}

export function LanguageProvider(props: {
  readonly initial: Language
  readonly initialTexts: BorrowerTexts
  readonly children: ReactNode
}) {
  const [{ language, texts }, setState] = useState({ language: props.initial, texts: props.initialTexts })
  const value = useMemo(
    () => ({
      language,
      locale: locales[language],
      texts,
      choose: (next: Language) => {
        void loadTexts(next).then((loaded) => {
          remember(next)
          setState({ language: next, texts: loaded })
        })
      },
    }),
    [language, texts],
  )
  useEffect(() => {
    document.documentElement.lang = locales[language]
  }, [language])
  return (
    <Context.Provider value={value}>
      <I18nProvider locale={locales[language]}>{props.children}</I18nProvider>
    </Context.Provider>
  )
}

/** A device may refuse to remember; the page then asks again. */
function stored(): string | null {
  try {
    return localStorage.getItem(storageName)
  } catch {
    return null
  }
}

function remember(language: Language): void {
  const url = new URL(location.href)
  if (url.searchParams.has('lang')) {
    url.searchParams.set('lang', language)
    history.replaceState(history.state, '', url)
  }
  store(language)
}

function store(language: Language): void {
  try {
    localStorage.setItem(storageName, language)
  } catch {
    // Nothing is lost: `?lang=` and the switch still work.
  }
}
