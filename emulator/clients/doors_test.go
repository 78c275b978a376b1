package clients

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go"

	"github.com/s3fault/s3fault/emulator/emulatortest"
	"github.com/s3fault/s3fault/internal/programs"
)

// keyless is a client program that has no keys, and does a word after the other as it is
// told (testdata/doors.py says which).
type keyless struct {
	name string
	args []string // the program, and its arguments
}

// keylessClients are those that are here, by the version that decides where keys come from.
func keylessClients(t *testing.T) []keyless {
	t.Helper()
	all := []keyless{{"aws-sdk-go-v2/config " + moduleVersion(t, "github.com/aws/aws-sdk-go-v2/config"),
		[]string{os.Args[0], "-test.run=^TestKeylessProgram$"}}}
	for _, p := range pythonsWithBoto3() {
		all = append(all, keyless{"boto3 " + p.version, []string{p.path, filepath.Join("testdata", "doors.py")}})
	}
	modules, err := nodeModules()
	if err != nil {
		t.Fatal(err)
	}
	core := "javascript, core " + coreVersion(t, modules, "@aws-sdk/client-s3")
	script := filepath.Join("testdata", "javascript", "doors.mjs")
	return append(all, keyless{core, []string{"node", script, modules}})
}

// keylessProgram says that this process is the program of the SDK for Go.
const keylessProgram = "S3FAULT_TEST_KEYLESS"

// TestKeylessProgram is no test, but that program.
func TestKeylessProgram(t *testing.T) {
	if os.Getenv(keylessProgram) == "" {
		t.Skip("skipped: other tests run it as a program")
	}
	var client *s3.Client
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		word, _, _ := strings.Cut(lines.Text(), " ")
		if word == "fresh" || client == nil {
			c, err := config.LoadDefaultConfig(t.Context(), config.WithRetryMaxAttempts(1))
			if err != nil {
				t.Fatal(err)
			}
			client = s3.NewFromConfig(c, func(o *s3.Options) { o.UsePathStyle = true })
		}
		answer := answer{OK: true}
		if err := getByKeyless(t.Context(), client, &answer.Text); err != nil {
			answer = keylessRefusal(err)
		}
		text, err := json.Marshal(answer)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Println(string(text))
	}
}

func getByKeyless(ctx context.Context, client *s3.Client, text *string) error {
	got, err := client.GetObject(ctx, &s3.GetObjectInput{Bucket: aws.String("my-bucket"), Key: aws.String("file.txt")})
	if err != nil {
		return err
	}
	defer got.Body.Close()
	body, err := io.ReadAll(got.Body)
	*text = string(body)
	return err
}

func keylessRefusal(err error) answer {
	if api, ok := errors.AsType[smithy.APIError](err); ok && !strings.Contains(err.Error(), "get credentials") {
		return answer{Text: api.ErrorCode()}
	}
	return answer{Text: err.Error()}
}

// answer is what came of one word.
type answer struct {
	OK   bool   `json:"ok"`
	Text string `json:"text"`
}

// String is the answer in the table.
func (a answer) String() string {
	if a.OK {
		return "ok"
	}
	return a.Text
}

// running is a keyless program that waits for words.
type running struct {
	t     *testing.T
	in    io.WriteCloser
	lines *bufio.Scanner
}

// run starts the program as a caller of the world.
func (k keyless) run(t *testing.T, srv *emulatortest.Server, caller string, more ...string) *running {
	t.Helper()
	cmd := programs.Command(t.Context(), k.args[0], k.args[1:]...)
	cmd.Env = append(srv.Env(caller), keylessProgram+"=1", "HOME="+t.TempDir(), "AWS_METADATA_SERVICE_NUM_ATTEMPTS=1")
	cmd.Env = append(cmd.Env, more...)
	cmd.Stderr = io.Discard
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		in.Close()
		_ = cmd.Wait() // what it says is read
	})
	return &running{t, in, bufio.NewScanner(out)}
}

// do says a word, and is what came of it.
func (r *running) do(word string) answer {
	r.t.Helper()
	if _, err := fmt.Fprintln(r.in, word); err != nil {
		r.t.Fatal(err)
	}
	for r.lines.Scan() {
		var a answer
		if json.Unmarshal(r.lines.Bytes(), &a) == nil {
			return a
		}
	}
	r.t.Fatalf("the program ended at %q: %v", word, r.lines.Err())
	return answer{}
}

// again is a get, and where it is refused another one.
func (r *running) again() answer {
	r.t.Helper()
	first := r.do("get")
	if first.OK {
		return first
	}
	if second := r.do("get"); second.OK {
		return answer{Text: first.Text + ", then ok"}
	}
	return first
}

// wants is do for a word that has to succeed.
func (r *running) wants(word string) {
	r.t.Helper()
	if a := r.do(word); !a.OK || a.Text != "hello" {
		r.t.Fatalf("%s: %+v", word, a)
	}
}

const doorsFile = "testdata/doors.tsv"

// doorsWorld has a caller for each door. Its sessions are so short that an SDK may ask
// again before each call: which does is what the table says.
const doorsWorld = `version: 1
scenarios:
  doors:
    title: Doors
    accounts:
      123456789012:
        roles:
          web:
            policies: {s3: {Version: 2012-10-17, Statement: [{Effect: Allow, Action: "s3:*", Resource: "*"}]}}
            trust: {Version: 2012-10-17, Statement: [{Effect: Allow, Principal: {Service: [ec2.amazonaws.com, pods.eks.amazonaws.com]}, Action: ["sts:AssumeRole", "sts:TagSession"]}]}
    callers:
      container: {role: web, from: container, ttl: 4m}
      instance: {role: web, from: instance, ttl: 4m}
      process: {role: web, from: process, ttl: 4m}
    buckets: {my-bucket: {objects: {file.txt: {body: hello}}}}
`

// doorCases are what a program meets at its door; each is what it says in the end.
var doorCases = map[string]func(t *testing.T, srv *emulatortest.Server, k keyless, caller string) answer{
	"its session of 4m ends": func(t *testing.T, srv *emulatortest.Server, k keyless, caller string) answer {
		p := k.run(t, srv, caller)
		p.wants("get")
		srv.Advance(5 * time.Minute)
		return p.again()
	},
	"its session of 2h ends": func(t *testing.T, srv *emulatortest.Server, k keyless, caller string) answer {
		patchTTL(t, srv, caller, "2h")
		p := k.run(t, srv, caller)
		p.wants("get")
		srv.Advance(3 * time.Hour)
		return p.again()
	},
	"its session ends, another client": func(t *testing.T, srv *emulatortest.Server, k keyless, caller string) answer {
		p := k.run(t, srv, caller)
		p.wants("get")
		srv.Advance(5 * time.Minute)
		return p.do("fresh")
	},
	"refused from the start": func(t *testing.T, srv *emulatortest.Server, k keyless, caller string) answer {
		srv.AddFault(refusesKeys)
		return k.run(t, srv, caller).do("get")
	},
	"refused once": func(t *testing.T, srv *emulatortest.Server, k keyless, caller string) answer {
		srv.AddFault(strings.Replace(refusesKeys, `"effect"`, `"when": {"first": 1}, "effect"`, 1))
		return k.run(t, srv, caller).do("get")
	},
	"refused after its end": func(t *testing.T, srv *emulatortest.Server, k keyless, caller string) answer {
		p := k.run(t, srv, caller)
		p.wants("get")
		srv.AddFault(refusesKeys)
		srv.Advance(5 * time.Minute)
		return p.again()
	},
	"its role trusts nobody there": func(t *testing.T, srv *emulatortest.Server, k keyless, caller string) answer {
		if err := srv.Patch(`{"accounts": {"123456789012": {"roles": {"web": {"trust": {"Version": "2012-10-17", "Statement":
			[{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]}}}}}}`); err != nil {
			t.Fatal(err)
		}
		return k.run(t, srv, caller).do("get")
	},
}

func patchTTL(t *testing.T, srv *emulatortest.Server, caller, ttl string) {
	t.Helper()
	if err := srv.Patch(`{"callers": {"` + caller + `": {"ttl": "` + ttl + `"}}}`); err != nil {
		t.Fatal(err)
	}
}

const refusesKeys = `{"name": "no-keys", "match": {"operation": "credentials"}, "effect": {"error": {"code": "ThrottlingException"}}}`

// TestDoors has programs without keys get some at every door, live through the end of
// their session where the SDK asks again, and meet a door that refuses: what each says is
// testdata/doors.tsv.
func TestDoors(t *testing.T) {
	programs.Need(t, "node")
	t.Setenv("S3FAULT_BINARY", builtS3fault(t))
	known, seen := readTable(t, doorsFile), map[string]string{}
	var lock sync.Mutex
	var all sync.WaitGroup
	free := make(chan struct{}, 4)
	for _, k := range keylessClients(t) {
		for _, caller := range []string{"container", "instance", "process"} {
			for _, name := range slices.Sorted(maps.Keys(doorCases)) {
				all.Go(func() {
					free <- struct{}{}
					defer func() { <-free }()
					t.Run(caller+"/"+name+"/"+k.name, func(t *testing.T) {
						srv := emulatortest.Start(t, "doors", emulatortest.YAML(doorsWorld))
						got := told(srv, doorCases[name](t, srv, k, caller))
						cell := caller + "\t" + name + "\t" + k.name
						want, ok := known[cell]
						switch {
						case ok && slices.Contains(strings.Split(want, " or "), got):
							got = want
						case ok && !updating():
							t.Errorf("it says %q, and by the table %q", got, want)
						case !ok && !updating():
							t.Errorf("the table does not know it: it says %q", got)
						}
						lock.Lock()
						defer lock.Unlock()
						seen[cell] = got
					})
				})
			}
		}
	}
	all.Wait()
	if one := flag.Lookup("test.run").Value.String(); !updating() && !strings.Contains(one, "/") {
		unvisited(t, known, seen)
	}
	if updating() {
		maps.Copy(known, seen)
		writeTable(t, doorsFile, "# door\tcase\tclient\twhat it says (go test ./emulator/clients -run TestDoors -update)\n", known)
	}
}

// unvisited wants every row of the table to have been held against its program, in whatever
// version that is here.
func unvisited(t *testing.T, known, seen map[string]string) {
	t.Helper()
	visited := map[string]bool{}
	for cell := range seen {
		visited[versionless(cell)] = true
	}
	for cell := range known {
		if !visited[versionless(cell)] {
			t.Errorf("nothing visits the row %q of %s", cell, doorsFile)
		}
	}
}

// versionless is a cell without the version behind its last space.
func versionless(cell string) string { return cell[:strings.LastIndexByte(cell, ' ')] }

// told is an answer without what differs from run to run.
func told(srv *emulatortest.Server, a answer) string {
	text := strings.ReplaceAll(strings.ReplaceAll(a.String(), srv.Endpoint, "ENDPOINT"), os.Getenv("S3FAULT_BINARY"), "S3FAULT")
	for _, e := range srv.Requests() {
		text = strings.ReplaceAll(text, e.RequestID, "ID")
	}
	return strings.Join(strings.Fields(text), " ")
}

// builtS3fault is the path of s3fault, in a folder of which the name has a space.
func builtS3fault(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "my programs", "s3fault")
	if out, err := programs.Go(t.Context(), "build", "-o", path, "../../cmd/s3fault").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return path
}

func readTable(t *testing.T, file string) map[string]string {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil && !(updating() && os.IsNotExist(err)) {
		t.Fatal(err)
	}
	all := map[string]string{}
	for line := range strings.Lines(string(content)) {
		if i := strings.LastIndexByte(line, '\t'); i > 0 && line[0] != '#' {
			all[line[:i]] = strings.TrimSuffix(line[i+1:], "\n")
		}
	}
	return all
}

func writeTable(t *testing.T, file, head string, all map[string]string) {
	t.Helper()
	var b strings.Builder
	b.WriteString(head)
	for _, cell := range slices.Sorted(maps.Keys(all)) {
		b.WriteString(cell + "\t" + all[cell] + "\n")
	}
	if err := os.WriteFile(file, []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}
