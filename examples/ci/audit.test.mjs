// The audit for node:test. Copy this file beside the program that it is about; s3fault is in PATH.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'

const program = [process.execPath, 'report.mjs']

// What is tried. Without these, every refusal and every fault that there is.
const tried = ['--deny', 'explicit-deny', '--faults', 'truncated']

test('the program takes refusals and faults well', () => {
    const audit = ['run', '--all', '--report', 'markdown', ...tried, '--', ...program]
    const { status, stdout, stderr } = spawnSync('s3fault', audit, { cwd: import.meta.dirname, encoding: 'utf8' })
    assert.equal(status, 0, stdout || stderr) // the report, or why there is none
})
