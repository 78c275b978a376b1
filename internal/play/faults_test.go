package play_test

import "testing"

// rule is the facts of a world with one fault rule.
func rule(rule string) string {
	return "    faults:\n      - " + rule + "\n"
}

// get is a call for an object of 6 bytes.
const get = `as: app, call: GetObject, bucket: my-bucket, key: file.txt`

// An answer that breaks is seen as it broke, with what came of it; and whoever wanted
// another end is told.
func TestBrokenAnswers(t *testing.T) {
	const hello = `header: {Content-Length: "6"}, body_contains: hel, layer: fault`
	for _, row := range []struct {
		name, rule, want string
		failures         []string
	}{
		{"reset before", `{name: r, stage: arrival, effect: {reset: true}}`, `{broken: reset, layer: fault}`, nil},
		{"ended before", `{name: r, stage: arrival, effect: {close: true}}`, `{broken: cut, layer: fault}`, nil},
		{"silence before", `{name: r, stage: arrival, effect: {stall: forever}}`, `{broken: timeout, layer: fault}`, nil},
		{"cut within", `{name: r, match: {operation: GetObject}, effect: {truncate_after: 3}}`,
			`{status: 200, broken: cut, ` + hello + `}`, nil},
		{"silence within",
			`{name: r, match: {operation: GetObject}, stage: response_body, effect: {stall: forever, after_bytes: 3}}`,
			`{status: 200, broken: timeout, header: {Content-Length: "6"}}`, nil},
		{"none wanted", `{name: r, match: {operation: GetObject}, effect: {truncate_after: 3}}`, `{status: 200}`,
			[]string{"expect[0] GetObject as app: answer: wanted a whole one, seen broken by cut"}},
		{"another wanted", `{name: r, stage: arrival, effect: {close: true}}`, `{status: 200, broken: reset}`,
			[]string{"status: wanted 200, seen 0", "answer: wanted broken by reset, seen broken by cut"}},
		{"one wanted, none there", `{name: r, match: {operation: PutObject}, effect: {close: true}}`, `{broken: cut}`,
			[]string{"answer: wanted broken by cut, seen a whole one"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			holds(t, rule(row.rule)+"    expect:\n      - {"+get+", want: "+row.want+"}\n", row.failures...)
		})
	}
}

// A request that is reset is sent once, though net/http would repeat a GET of its own
// accord on a connection that served before.
func TestNobodyRepeats(t *testing.T) {
	t.Parallel()
	once := `{name: r, match: {operation: GetObject}, when: {after: 1, first: 1}, stage: arrival, effect: {reset: true}}`
	holds(t, rule(once)+
		"    expect:\n      - {"+get+", want: [{status: 200}, {broken: reset}, {status: 200}]}\n")
}

// The layer of an answer is fault where a rule made it, and the layer that denied where
// one did.
func TestLayersOfAnswers(t *testing.T) {
	t.Parallel()
	holds(t, rule(`{name: r, match: {operation: GetObject}, when: {first: 1}, effect: {error: {code: SlowDown}}}`)+`    expect:
      - {as: stranger, call: GetObject, bucket: my-bucket, key: file.txt, want: {status: 403, layer: identity}}
      - {`+get+`, want: [{status: 503, layer: fault}, {status: 200}]}
      - {`+get+`, want: {status: 200, layer: fault}}
`, "expect[2] GetObject as app: layer: wanted fault, seen none")
}

func TestRulesThatMustStrike(t *testing.T) {
	const idle = "the rule idle must strike and never struck (rule-never-struck)"
	for name, row := range map[string]struct {
		rules, calls string
		failures     []string
	}{
		"all struck": {rule(`{name: one, must_fire: true, effect: {error: {code: SlowDown}}}`),
			"{" + get + ", want: {status: 503}}", nil},
		"one never": {rule("{name: idle, must_fire: true, match: {key: none}, effect: {error: {code: SlowDown}}}"),
			"{" + get + ", want: {status: 200}}", []string{idle}},
		"it need not": {rule("{name: idle, match: {key: none}, effect: {error: {code: SlowDown}}}"),
			"{" + get + ", want: {status: 200}}", nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			holds(t, row.rules+"    expect:\n      - "+row.calls+"\n", row.failures...)
		})
	}
}

// Where the cure is in the program, its calls meet the world as it was loaded: clock,
// counters and objects.
func TestAfterFixBeginsAnew(t *testing.T) {
	t.Parallel()
	holds(t, rule(`{name: r, match: {operation: PutObject}, when: {first: 1}, effect: {error: {code: SlowDown}}}`)+`    expect:
      - {client_skew: 1h}
      - {`+get+`, want: {status: 403, code: RequestTimeTooSkewed, layer: authentication}}
      - {`+get+`, sign: {age: -1h}, want: {status: 200}}
      - {client_skew: 0s}
      - {advance: 61m}
      - {`+get+`, want: {status: 200}}
      - {`+once+`, want: [{status: 503, layer: fault}, {status: 200}]}
    after_fix:
      - {`+once+`, want: [{status: 503, layer: fault}, {status: 200}]}
`)
}
