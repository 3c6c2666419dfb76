import fc from 'fast-check'
import { scaled } from './scaled.ts'

// Loaded before every test file: a property that names no count of its own runs a hundred times the scale.
fc.configureGlobal({ numRuns: scaled(100) })
