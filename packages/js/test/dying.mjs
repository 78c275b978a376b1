// A program that starts a server, says where it is, and ends without closing anything.
import { start } from 's3fault'

console.log((await start()).endpoint)
if (process.argv[2] === 'throw') throw new Error('nobody catches this')
if (process.argv[2] === 'kill') setInterval(() => {}, 1000) // until it is killed
