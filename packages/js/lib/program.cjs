'use strict'

const { spawn } = require('node:child_process')
const { closeSync, fstatSync, openSync, readSync, rmSync } = require('node:fs')
const { mkdtemp, open, readFile } = require('node:fs/promises')
const { tmpdir } = require('node:os')
const { join } = require('node:path')
const { setTimeout: pause } = require('node:timers/promises') // not the global, which tests replace

const patience = 30_000 // milliseconds that the program may take until it serves
const grace = 10_000 // that it may take until it has ended
const ready = 'ready.json'
const kept = 4096 // bytes of its log that are told

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
  const folder = await temporary()
  const running = await run(folder, flags).catch((error) => {
    remove(folder)
    throw error
  })
  try {
    running.addresses = await serving(running)
  } catch (error) {
    await running.stop()
    throw error
  }
  running.unref()
  return running
}

const folders = new Set() // of the servers that run
process.once('exit', () => folders.forEach(remove))

/** A folder that lasts as long as its server, or as this process. */
async function temporary () {
  const folder = await mkdtemp(join(tmpdir(), 's3fault-'))
  folders.add(folder)
  return folder
}

function remove (folder) {
  folders.delete(folder)
  try {
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
  } catch {} // Windows keeps what is open
}

/**
 * The program, as it starts. Its log is a file, not a pipe: a test that waits for a program of its own
 * (execFileSync) empties no pipe, and the server would wait for it.
 */
async function run (folder, flags) {
  const path = program()
  const log = await open(join(folder, 'log'), 'w')
  try {
    const child = spawn(path, ['serve', '--addr', '127.0.0.1:0', '--while-stdin', '--ready-file', join(folder, ready), ...flags],
      { stdio: ['pipe', 'ignore', log.fd], windowsHide: true })
    return watch(child, path, folder)
  } finally {
    await log.close()
  }
}

function watch (child, path, folder) {
  const running = { over: false, error: null, ready: join(folder, ready) }
  let last // of the log, once its file is gone
  Object.defineProperty(running, 'log', { get: () => last ?? tail(join(folder, 'log')) })
  child.stdin.on('error', () => {}) // it has ended, which `exit` tells
  const ended = new Promise((resolve) => {
    child.on('error', (error) => { running.error = notThere(path, error); resolve() })
    child.on('close', resolve)
  }).then(() => { running.over = true })
  running.unref = () => { for (const handle of [child, child.stdin]) handle.unref() }
  running.stop = async () => {
    child.ref()
    child.stdin.destroy()
    const stopped = new AbortController()
    pause(grace, undefined, stopped).then(() => child.kill('SIGKILL'), () => {}) // or it has ended
    await ended
    stopped.abort()
    last ??= running.log
    remove(folder)
  }
  return running
}

/** The end of a file. */
function tail (path) {
  const file = openSync(path)
  try {
    const size = fstatSync(file).size
    const end = Buffer.alloc(Math.min(size, kept))
    return end.toString('utf8', 0, readSync(file, end, 0, end.length, size - end.length))
  } finally {
    closeSync(file)
  }
}

async function serving (running) {
  for (const late = performance.now() + patience; ;) {
    if (running.error) throw running.error
    if (running.over) throw new Error(`s3fault serve ended: ${running.log.trim()}`)
    try {
      return JSON.parse(await readFile(running.ready, 'utf8')) // put in place whole
    } catch (error) {
      if (error.code !== 'ENOENT') throw error
    }
    if (performance.now() > late) {
      throw new Error(`s3fault serve is not ready after ${patience} ms: ${running.log.trim()}`)
    }
    await pause(2)
  }
}

module.exports = { launch, program }
