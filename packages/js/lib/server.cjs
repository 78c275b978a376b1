'use strict'

const http = require('node:http')
const https = require('node:https')
const { launch } = require('./program.cjs')
const { World, dispose } = require('./world.cjs')

/** What the control plane, or the program, says is wrong. */
class S3faultError extends Error {
  constructor (message, status, answer) {
    super(message)
    this.name = 'S3faultError'
    this.status = status
    this.answer = answer
  }
}

// No proxy: the server is near.
const agents = new Map([['http:', [http, new http.Agent({ keepAlive: true })]],
  ['https:', [https, new https.Agent({ keepAlive: true })]]])

// A kept connection may end while it is idle, and its end be seen only once a request was
// written to it: nobody read that one.
const unheard = (request, error) => request.reusedSocket && error.code === 'ECONNRESET'

/** A running s3fault. */
class Server {
  #running
  #control

  constructor (endpoint, control, running) {
    this.endpoint = endpoint
    this.#control = control
    this.#running = running
  }

  /** Makes a world of the scenario, as it was loaded and with access keys of its own. */
  async world (scenario, options = {}) {
    const { patch, responses, name } = options
    const listen = options.listen ?? this.#running !== undefined
    const expires = options.expires ?? (this.#running ? undefined : '1h')
    const made = await this.call('POST', '/worlds', { scenario, name, patch, responses, listen, expires })
    return new World(this, made)
  }

  /** Calls the control plane, and is what it answers. */
  async call (method, path, body) {
    const { status, text } = await this.#send(method, path, body === undefined ? undefined : JSON.stringify(body))
    let answer
    try {
      answer = JSON.parse(text)
    } catch {
      throw new S3faultError(`not s3fault's control plane: ${status} ${text.slice(0, 100)}`, status)
    }
    if (status >= 300) throw new S3faultError(answer.error ?? text, status, answer)
    return answer
  }

  #send (method, path, body) {
    const url = new URL(this.#control + path)
    const headers = {}
    if (body !== undefined) headers['content-type'] = 'application/json'
    if (process.env.S3FAULT_ADMIN_TOKEN) headers.authorization = `Bearer ${process.env.S3FAULT_ADMIN_TOKEN}`
    const [protocol, agent] = agents.get(url.protocol)
    return new Promise((resolve, reject) => {
      const failed = (error) => reject(this.#gone(error))
      const attempt = () => {
        const request = protocol.request(url, { method, headers, agent }, (answer) => {
          let text = ''
          answer.setEncoding('utf8').on('data', (part) => { text += part })
          answer.on('end', () => resolve({ status: answer.statusCode, text })).on('error', failed)
        }).on('error', (error) => unheard(request, error) ? attempt() : failed(error))
        request.end(body)
      }
      attempt()
    })
  }

  #gone (error) {
    if (!this.#running?.over) return error
    return new S3faultError(`${error.message}; the server has ended: ${this.#running.log.trim()}`)
  }

  /** What a program of s3fault needs to find this server. */
  get environment () {
    return { S3FAULT_ENDPOINT: this.endpoint, S3FAULT_ADMIN: this.#control }
  }

  /** Ends a server that was started here; does nothing to others. */
  async close () {
    if (shared.get(this.#running?.flags) !== undefined) shared.delete(this.#running.flags)
    await this.#running?.stop()
  }

  [dispose] () { return this.close() }
}

const shared = new Map() // promises of servers of this process, by their flags

/**
 * The server of this process with these flags of `s3fault serve`, which the first call starts:
 * start('-f', 'scenarios.yaml').
 */
function start (...flags) {
  const key = JSON.stringify(flags)
  if (!shared.has(key)) {
    const starting = launch(flags).then((running) => {
      running.flags = key
      return new Server(running.addresses.endpoint, running.addresses.admin, running)
    }, (error) => {
      shared.delete(key)
      throw error
    })
    shared.set(key, starting)
  }
  return shared.get(key)
}

/** A server that runs already, at "http://HOST:PORT". */
async function connect (endpoint) {
  let url
  try {
    url = new URL(endpoint)
  } catch {}
  if (!agents.has(url?.protocol)) throw new TypeError(`${endpoint} is no address; one is http://127.0.0.1:9403`)
  const server = new Server(url.origin, `${url.origin}/_s3fault`)
  await server.call('GET', '/health')
  return server
}

module.exports = { S3faultError, connect, start }
