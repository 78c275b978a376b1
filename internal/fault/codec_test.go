package fault

import (
	"bytes"
	"strings"
	"testing"

	"github.com/s3fault/s3fault/internal/tree"
)

// What is wrong is told with its place and the name that was probably meant, in YAML as in
// JSON.
func TestBadRules(t *testing.T) {
	for name, row := range map[string]struct{ text, says string }{
		"no list":           {`{"fault": []}`, `f:1:2: unknown key "fault" in a list of faults (did you mean "faults"?)`},
		"two things":        {`{"faults": [], "use": "x"}`, `f:1:1: wanted: {"faults": [...]}, or {"use": NAME} for a set`},
		"unknown set":       {`{"use": "lost-anwser"}`, `f:1:9: unknown fault set "lost-anwser" (did you mean "lost-answer"?)`},
		"set in a list":     {`[{"use": "slow-down-frist"}]`, `f:1:10: unknown fault set "slow-down-frist" (did you mean "slow-down-first"?)`},
		"set and more":      {`[{"use": "lost-answer", "name": "x"}]`, `f:1:10: an entry with use has nothing else: it stands for the rules of the set`},
		"unknown key":       {`[{"mach": {}}]`, `f:1:3: unknown key "mach" in a fault rule (did you mean "match"?)`},
		"misplaced key":     {`[{"per": "key"}]`, `f:1:3: the key "per" does not belong in a fault rule, but in a when`},
		"no effect":         {`[{"name": "x"}]`, `f:1:2: a fault rule needs an effect, or effects`},
		"effect and more":   {`[{"effect": "pass", "effects": ["pass"]}]`, `f:1:32: a fault rule has effect or effects, not both`},
		"no effects":        {`[{"effects": []}]`, `f:1:14: effects are a list with at least one effect`},
		"unknown effect":    {`[{"effect": {"erorr": {"code": "SlowDown"}}}]`, `f:1:14: unknown key "erorr" in a fault effect (did you mean "error"?)`},
		"unknown word":      {`[{"effect": "pas"}]`, `f:1:13: unknown effect "pas" (did you mean "pass"?)`},
		"effect as a word":  {`[{"effect": "error"}]`, `f:1:13: the effect error needs a value: {error: ...}`},
		"two in one":        {`[{"effect": {"latency": "1s", "error": {"code": "SlowDown"}}}]`, `f:1:31: an effect is one thing: latency and error are two, for effects or for two rules`},
		"nothing in one":    {`[{"effect": {}}]`, `f:1:13: an effect is a mapping of its name: {error: {code: SlowDown}}`},
		"unknown operation": {`[{"match": {"operation": "PutObjetc"}, "effect": "pass"}]`, `f:1:26: unknown operation "PutObjetc" (did you mean "PutObject"?)`},
		"one of a list":     {`[{"match": {"operation": ["PutObject", "GetObjet"]}, "effect": "pass"}]`, `f:1:40: unknown operation "GetObjet" (did you mean "GetObject"?)`},
		"unknown action":    {`[{"match": {"operation": "iam:CreateUsr"}, "effect": "pass"}]`, `f:1:26: unknown operation "iam:CreateUsr" (did you mean "iam:CreateUser"?)`},
		"unknown class":     {`[{"match": {"operation": "raeds"}, "effect": "pass"}]`, `f:1:26: unknown operation "raeds" (did you mean "reads"?)`},
		"empty glob":        {`[{"match": {"operation": "*Bukket*"}, "effect": "pass"}]`, `f:1:26: no operation matches "*Bukket*"`},
		"credentials":       {`[{"match": {"operation": "credentials"}, "effect": "pass"}]`, `f:1:26: the endpoints of containers and instances that credentials stands for are not served yet`},
		"unknown caller":    {`[{"match": {"caller": "amdin"}, "effect": "pass"}]`, `f:1:23: unknown caller "amdin" (did you mean "admin"?)`},
		"three stars":       {`[{"match": {"key": "a/***"}, "effect": "pass"}]`, `f:1:20: "a/***" is no glob: * is anything within a segment of a path, ** anything at all`},
		"bucket in a path":  {`[{"match": {"bucket": "a/b"}, "effect": "pass"}]`, `f:1:23: "a/b" matches no bucket: a name has no /`},
		"method":            {`[{"match": {"method": "PTU"}, "effect": "pass"}]`, `f:1:23: unknown method "PTU" (did you mean "PUT"?)`},
		"part 0":            {`[{"match": {"part": 0}, "effect": "pass"}]`, `f:1:21: parts are numbered from 1 to 10000, and 0 are none`},
		"part 5-2":          {`[{"match": {"part": "5-2"}, "effect": "pass"}]`, `f:1:21: parts are numbered from 1 to 10000, and 5-2 are none`},
		"attempt 0":         {`[{"match": {"attempt": 0}, "effect": "pass"}]`, `f:1:24: a number from 1 on is wanted here, not 0`},
		"per":               {`[{"when": {"per": "kye"}, "effect": "pass"}]`, `f:1:19: unknown value "kye" (did you mean "key"?)`},
		"first 0":           {`[{"when": {"first": 0}, "effect": "pass"}]`, `f:1:21: a number from 1 on is wanted here, not 0`},
		"after -1":          {`[{"when": {"after": -1}, "effect": "pass"}]`, `f:1:21: a number from 0 on is wanted here, not -1`},
		"every 0":           {`[{"when": {"every": 0}, "effect": "pass"}]`, `f:1:21: a number from 1 on is wanted here, not 0`},
		"probability 2":     {`[{"when": {"probability": 2}, "effect": "pass"}]`, `f:1:27: a probability above 0, at most 1, is wanted here, not "2"`},
		"half a window":     {`[{"when": {"between": ["1m"]}, "effect": "pass"}]`, `f:1:23: between is two times, or durations since loading: [T1, T2]`},
		"window backwards":  {`[{"when": {"between": ["2m", "1m"]}, "effect": "pass"}]`, `f:1:30: the window ends before it begins`},
		"unknown stage":     {`[{"stage": "befor_commit", "effect": "pass"}]`, `f:1:12: unknown stage "befor_commit" (did you mean "before_commit"?)`},
		"a stage it has not": {`[{"stage": "response_body", "effect": {"error": {"code": "SlowDown"}}}]`,
			`f:1:12: the effect error cannot strike at response_body, but at `},
		"no body to read":  {`[{"match": {"operation": "GetObject"}, "stage": "request_body", "effect": "pass"}]`, `f:1:49: requests for GetObject have no body to strike in`},
		"no body to write": {`[{"match": {"operation": ["GetObject", "HeadObject"]}, "stage": "response_body", "effect": "pass"}]`, `f:1:65: answers to HeadObject have no body to strike in`},
		"unknown code":     {`[{"effect": {"error": {"code": "SlowDow"}}}]`, `f:1:32: unknown code "SlowDow" of S3: another one needs a status and a message (did you mean "SlowDown"?)`},
		"another's code": {`[{"match": {"operation": "iam:*"}, "effect": {"error": {"code": "SlowDown"}}}]`,
			`f:1:65: unknown code "SlowDown" of iam: another one needs a status and a message`},
		"half a code":      {`[{"effect": {"error": {"code": "Mine", "status": 500}}}]`, `f:1:32: unknown code "Mine" of S3: another one needs a status and a message`},
		"no code":          {`[{"effect": {"error": {"status": 500}}}]`, `f:1:23: an error needs a code`},
		"html, no status":  {`[{"effect": {"error": {"body": "html"}}}]`, `f:1:23: an error in html needs a status: a proxy knows no codes`},
		"status 200":       {`[{"effect": {"error": {"code": "SlowDown", "status": 200}}}]`, `f:1:54: the status of an error is from 300 to 599, not 200`},
		"unknown body":     {`[{"effect": {"error": {"code": "SlowDown", "body": "hmtl"}}}]`, `f:1:52: unknown body "hmtl" (did you mean "html"?)`},
		"latency":          {`[{"effect": {"latency": "fast"}}]`, `f:1:25: a duration like 90s, 2h or 7d is wanted here, not "fast"`},
		"negative latency": {`[{"effect": {"latency": "-1s"}}]`, `f:1:25: a duration from 0s to 24h is wanted here, not -1s`},
		"uniform":          {`[{"effect": {"latency": {"uniform": ["2s", "1s"]}}}]`, `f:1:37: uniform is the shortest and the longest: [a, b]`},
		"lognormal":        {`[{"effect": {"latency": {"lognormal": {"median": "2s", "p99": "1s"}}}}]`, `f:1:63: p99 is less than the median`},
		"name":             {`[{"name": "a b", "effect": "pass"}]`, `f:1:11: the rule's name "a b" may have letters, digits, dots, hyphens and underscores, and begins with a letter or a digit`},
		"name twice":       {`[{"name": "a", "effect": "pass"}, {"name": "a", "effect": "pass"}]`, `f:1:44: there are two fault rules of the name "a"`},
		"must_fire":        {`[{"must_fire": 1, "effect": "pass"}]`, `f:1:16: true or false is wanted here, not "1"`},
	} {
		for form, parse := range map[string]func(string, []byte) (*tree.Node, error){"JSON": tree.ParseJSON, "YAML": tree.ParseYAML} {
			n, err := parse("f", []byte(row.text))
			if err != nil {
				t.Fatalf("%s as %s: %v", name, form, err)
			}
			_, err = known(t).ReadRules(n)
			if err == nil || err.Error() != row.says && !(strings.HasSuffix(row.says, " ") && strings.HasPrefix(err.Error(), row.says)) {
				t.Errorf("%s as %s:\n got  %v\n want %s", name, form, err, row.says)
			}
		}
	}
}

// Rules are written as they were read.
func TestRulesAreWrittenAsRead(t *testing.T) {
	for _, text := range []string{
		`[{"name":"a","effect":"pass"}]`,
		`[{"name":"a","match":{"operation":"PutObject","bucket":"b*","key":"**","caller":"app","method":"PUT","header":{"x":"*"},"part":"2-5","range":true,"attempt":2},"effect":{"error":{"code":"SlowDown"}}}]`,
		`[{"name":"a","match":{"operation":["reads","iam:GetUser"],"part":3},"effect":{"latency":"0s"}}]`,
		`[{"name":"a","when":{"per":"upload","after":1,"first":2,"every":3,"probability":0.25,"between":["0s","1h0m0s"]},"effect":{"latency":{"uniform":["1s","2s"]}}}]`,
		`[{"name":"a","when":{"between":["2026-01-02T03:04:05Z","2026-02-02T03:04:05Z"]},"stage":"after_commit","effects":[{"latency":{"lognormal":{"median":"1s","p99":"2s"}}},"pass"],"must_fire":true}]`,
		`[{"name":"a","effect":{"error":{"code":"Mine","status":599,"message":"","retry_after":"3","x_amz_retry_after":5,"body":"none"}}}]`,
		`[{"name":"a","effect":{"error":{"status":502,"body":"html"}}}]`,
	} {
		rules, err := read(t, text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if got, _ := Describe(rules).MarshalJSON(); string(got) != text {
			t.Errorf("written %s\n read %s", got, text)
		}
	}
}

// Where a rule names no stage, it has the one that fits what it does and the operation.
func TestUsualStages(t *testing.T) {
	for _, row := range []struct {
		effect, operation string
		want              Stage
	}{
		{`{error: {code: SlowDown}}`, "PutObject", BeforeCommit}, {`{error: {code: SlowDown}}`, "GetObject", BeforeCommit},
		{`{latency: 1s}`, "DeleteObject", BeforeCommit}, {`pass`, "ListBuckets", BeforeCommit},
	} {
		r := planOf(t, "[{effect: "+row.effect+"}]").Rules[0]
		if got, ok := r.stageFor(few.named(t, row.operation)); !ok || got != row.want {
			t.Errorf("%s of %s strikes at %s, want %s", row.effect, row.operation, got, row.want)
		}
	}
}

// Rules without a name get one that no other has; those of a set have the set's.
func TestNames(t *testing.T) {
	rules, err := read(t, `[{effect: pass}, {name: fault-2, effect: pass}, {use: lost-answer}, {effect: pass}]`)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, r := range rules {
		names = append(names, r.Name)
	}
	if got := strings.Join(names, " "); got != "fault-1 fault-2 lost-answer fault-3" {
		t.Errorf("names: %s", got)
	}
}

// Whatever text is a list of rules, what is written of them is the same rules.
func FuzzRule(f *testing.F) {
	f.Add([]byte(`[{effect: pass}]`))
	f.Add([]byte(`{"use": "tired-proxy"}`))
	f.Add(builtin)
	f.Add([]byte(`[{match: {operation: [reads, 'iam:*'], part: 2-5, header: {a: b*}}, when: {between: [1m, 2h], probability: 0.5, per: key},
		effects: [{error: {code: SlowDown, retry_after: 3}}, {latency: {lognormal: {median: 1s, p99: 2s}}}, pass], must_fire: true}]`))
	k := known(f)
	f.Fuzz(func(t *testing.T, text []byte) {
		n, err := Parse("f", text)
		if err != nil {
			return
		}
		rules, err := k.ReadRules(n)
		if err != nil || len(rules) == 0 {
			return
		}
		first := written(t, rules)
		n, err = tree.ParseJSON("f", first)
		if err != nil {
			t.Fatalf("%s: %v", first, err)
		}
		again, err := k.ReadRules(n)
		if err != nil {
			t.Fatalf("%s: %v", first, err)
		}
		if second := written(t, again); !bytes.Equal(first, second) {
			t.Errorf("written %s\n then %s", first, second)
		}
		(&Counts{}).Meet(&Plan{Rules: rules}, request(t, "PutObject", "a/b")).Strike(BeforeCommit)
	})
}

func written(t *testing.T, rules []*Rule) []byte {
	text, err := Describe(rules).MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	return text
}
