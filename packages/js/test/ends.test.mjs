import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { connect as dial } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import test from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'

const dying = fileURLToPath(new URL('dying.mjs', import.meta.url))

/** Waits until nobody listens at an address any more. */
async function gone (endpoint) {
  const { hostname: host, port } = new URL(endpoint)
  for (let i = 0; i < 4000; i++) {
    const socket = dial({ host, port })
    const answers = await once(socket, 'connect').then(() => true, () => false)
    socket.destroy()
    if (!answers) return
    await pause(5)
  }
  assert.fail(`${endpoint} still answers`)
}

for (const how of ['end', 'throw', 'kill']) {
  test(`the server ends with its process: ${how}`, async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 's3fault-test-'))
    t.after(() => rm(folder, { recursive: true }))
    const child = spawn(process.execPath, [dying, how],
      { env: { ...process.env, TMPDIR: folder }, stdio: ['ignore', 'pipe', 'ignore'] })
    const ended = once(child, 'exit')
    const [endpoint] = await once(createInterface(child.stdout), 'line')
    if (how === 'kill') child.kill('SIGKILL')
    const [code] = await ended // by itself, where nobody kills it: a server keeps no process alive
    if (how !== 'kill') assert.equal(code, how === 'end' ? 0 : 1)
    await gone(endpoint)
    if (how !== 'kill') assert.deepEqual(await readdir(folder), [])
  })
}

test('the server ends with a worker that is terminated', async () => {
  const worker = new Worker(dying, { argv: ['kill'], stdout: true })
  const [endpoint] = await once(createInterface(worker.stdout), 'line')
  await worker.terminate()
  await gone(endpoint)
})

test('where there is no program, the error says how to get it', async () => {
  const program = (env) => {
    const child = spawn(process.execPath, [dying], { env, stdio: ['ignore', 'ignore', 'pipe'] })
    let text = ''
    child.stderr.on('data', (part) => { text += part })
    return once(child, 'close').then(() => text)
  }
  const { S3FAULT_BINARY: _, ...env } = process.env
  assert.match(await program({ ...env, PATH: '' }), /no program s3fault.*@s3fault\/.*S3FAULT_BINARY/)
  assert.match(await program({ ...env, S3FAULT_BINARY: '/none/s3fault' }), /\/none\/s3fault is not there/)
})
