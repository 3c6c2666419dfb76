#!/usr/bin/env node
import { launch } from './launch.mjs'

// `npm start`: everything on this machine, with sample data, stand-ins for outside services and a clock to advance.
launch(['start', '--sandbox', ...process.argv.slice(2)])
