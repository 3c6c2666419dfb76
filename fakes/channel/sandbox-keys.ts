/**
 * The keys of the sandbox, known to everyone: the key pairs of RFC 8032 section 7.1, the bank's from TEST 1, the
 * lender's from TEST 2. They sign nothing of value; a real channel is configured with keys of its own.
 */
export const sandboxKeys = {
  bankPrivate: 'MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g',
  bankPublic: 'MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=',
  lenderPrivate: 'MC4CAQAwBQYDK2VwBCIEIEzNCJso/5banbbDRuwRTg9bijGfNaumJNqM9u1PuKb7',
  lenderPublic: 'MCowBQYDK2VwAyEAPUAXw+hDiVqStwqnTRt+vJyYLM8uxJaMwM1V8Sr0Zgw=',
} as const
