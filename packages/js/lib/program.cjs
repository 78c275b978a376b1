'use strict'

const { spawn } = require('node:child_process')
const { mkdtemp, readFile, rm } = require('node:fs/promises')
const { tmpdir } = require('node:os')
const { join } = require('node:path')
const { setTimeout: pause } = require('node:timers/promises') // not the global, which tests replace

const patience = 30_000 // milliseconds that the program may take until it serves
const kept = 4096 // characters of its log

/** The program: what S3FAULT_BINARY names, else the one of the package for this platform, else PATH's. */
function program () {
  if (process.env.S3FAULT_BINARY) return process.env.S3FAULT_BINARY
  const file = process.platform === 'win32' ? 's3fault.exe' : 's3fault'
  try {
    return require.resolve(`@s3fault/${process.platform}-${process.arch}/bin/${file}`)
  } catch {
    return file
  }
}

function notThere (path, error) {
  if (error.code !== 'ENOENT') return error
  return new Error(`no program s3fault: ${path} is not there. It comes with the optional package ` +
    `@s3fault/${process.platform}-${process.arch}; S3FAULT_BINARY or PATH can name another`, { cause: error })
}

/**
 * Starts the program, and waits until it serves. It ends with this process, which holds the pipe that is its
 * standard input (`serve --while-stdin`), and does not keep this process alive.
 */
async function launch (flags) {
  const folder = await mkdtemp(join(tmpdir(), 's3fault-'))
  try {
    const ready = join(folder, 'ready.json')
    const path = program()
    const child = spawn(path, ['serve', '--addr', '127.0.0.1:0', '--while-stdin', '--ready-file', ready, ...flags],
      { stdio: ['pipe', 'ignore', 'pipe'], windowsHide: true })
    const running = watch(child, path)
    running.addresses = await serving(running, ready)
    for (const handle of [child, child.stdin, child.stderr]) handle.unref()
    return running
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function watch (child, path) {
  const running = { log: '', over: false, error: null }
  child.stderr.setEncoding('utf8').on('data', (text) => { running.log = (running.log + text).slice(-kept) })
  child.stdin.on('error', () => {}) // it has ended, which `exit` tells
  const ended = new Promise((resolve) => {
    child.on('error', (error) => { running.error = notThere(path, error); resolve() })
    child.on('close', resolve)
  }).then(() => { running.over = true })
  running.stop = async () => {
    for (const handle of [child, child.stderr]) handle.ref()
    child.stdin.destroy()
    await ended
  }
  return running
}

async function serving (running, ready) {
  for (const late = performance.now() + patience; ;) {
    if (running.error) throw running.error
    if (running.over) throw new Error(`s3fault serve ended: ${running.log.trim()}`)
    try {
      return JSON.parse(await readFile(ready, 'utf8')) // put in place whole
    } catch (error) {
      if (error.code !== 'ENOENT') throw error
    }
    if (performance.now() > late) {
      await running.stop()
      throw new Error(`s3fault serve is not ready after ${patience} ms: ${running.log.trim()}`)
    }
    await pause(2)
  }
}

module.exports = { launch, program }
