#!/usr/bin/env node
'use strict'

// `npx s3fault serve`: the program itself, with this one's arguments and streams.
const { spawn } = require('node:child_process')
const { constants } = require('node:os')
const { program } = require('../lib/program.cjs')

const child = spawn(program(), process.argv.slice(2), { stdio: 'inherit' })
process.on('SIGINT', () => {}) // Ctrl-C reaches the whole group, and a second signal would end the program at once
process.on('SIGTERM', () => child.kill('SIGTERM'))
child.on('error', (error) => {
  console.error(`s3fault: ${error.message}`)
  process.exit(2)
})
child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]))
