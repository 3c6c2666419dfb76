#!/usr/bin/env node
// Starts the TypeScript program without a build step: registers the loader in this process, then runs main.ts.
import { register } from 'tsx/esm/api'

register()
await import('../main.ts')
