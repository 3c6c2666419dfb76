import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './App'
import { isNotSignedIn, Unanswered } from './api/call'
import { initialLanguage, LanguageProvider, loadTexts } from './language/language'
import { isOfSandbox } from './sandbox/useSandbox'
import { sessionAnswered, sessionRefused } from './session/session'

/** A refusal is an answer and is not asked for again; silence is, once. */
function client(): QueryClient {
  const onError = (error: Error) => {
    if (isNotSignedIn(error)) sessionRefused()
  }
  return new QueryClient({
    queryCache: new QueryCache({
      onError,
      onSuccess: (_data, query) => {
        if (!isOfSandbox(query.queryKey)) sessionAnswered()
      },
    }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      queries: {
        networkMode: 'always',
        retry: (count, error) => error instanceof Unanswered && count < 1,
        retryDelay: 600,
      },
      mutations: { networkMode: 'always', retry: false },
    },
  })
}

async function begin(): Promise<void> {
  const root = document.getElementById('root')
  if (root === null) throw new Error('the page has no root')
  const language = initialLanguage()
  const texts = await loadTexts(language)
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={client()}>
        <LanguageProvider initial={language} initialTexts={texts}>
          <App />
        </LanguageProvider>
      </QueryClientProvider>
    </StrictMode>,
  )
}

void begin()
