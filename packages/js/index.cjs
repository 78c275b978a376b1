'use strict'

const { S3faultError, connect, start } = require('./lib/server.cjs')

/** A world of the server that this process shares, which the first call starts. */
async function world (scenario, options) {
  return (await start()).world(scenario, options)
}

module.exports = { S3faultError, connect, start, world }
