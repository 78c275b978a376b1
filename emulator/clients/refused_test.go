package clients

import (
	"fmt"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/s3fault/s3fault/emulator"
	"github.com/s3fault/s3fault/emulator/emulatortest"
	"github.com/s3fault/s3fault/internal/programs"
)

// refusedWorld is a world that refuses, and the words of S3's by which a user knows why.
type refusedWorld struct {
	name, key, reason string
	reads, writes     bool
	acl               string // canned, that every upload sets
}

var refusedWorlds = []refusedWorld{
	{"ip-deny", "file.txt", "with an explicit deny in a resource-based policy", true, true, ""},
	{"kms-missing", "file.txt", "is not authorized to perform: kms:", true, true, ""},
	{"missing-key-masked", "path/to/file.txt", "s3:ListBucket", true, false, ""},
	{"bucket-owner-enforced", "file.txt", "The bucket does not allow ACLs", false, true, "public-read"},
	{"wrong-region", "file.txt", "'us-east-1' is wrong; expecting 'eu-west-1'", true, true, ""},
}

// seenRefusal is what a user has of a refusal: whether the reason reached him, and in how many
// requests.
type seenRefusal struct{ kind, exit, requests, prints string }

// misleading are words that name another cause than the one there is.
var misleading = regexp.MustCompile(`is a file not a directory|Is there a repository|Insufficient permissions|` +
	`AttributeError|Valid and authorized credentials required`)

var statuses = regexp.MustCompile(`(?i)\b40[03]\b|Forbidden|Bad ?Request|Access ?Denied|not permitted`)

// kindOf says what a program made of the refusal. Where it says that all is well it is so if
// bytes have moved.
func kindOf(w refusedWorld, said string, exit int, seen []emulator.Entry) string {
	moved := slices.ContainsFunc(seen, func(e emulator.Entry) bool {
		return (e.Operation == "GetObject" || e.Operation == "PutObject") && e.Status < 300
	})
	refused := slices.ContainsFunc(seen, func(e emulator.Entry) bool { return e.Status == 400 || e.Status == 403 })
	switch {
	case exit == 0 && moved:
		return "works"
	case exit != 0 && !refused:
		return "not refused"
	case exit == 0:
		return "silent"
	case misleading.MatchString(said):
		return "misleads"
	case strings.Contains(said, w.reason):
		return "reason"
	case statuses.MatchString(said):
		return "status only"
	}
	return "neither"
}

// TestRefused has real programs read and write in worlds that refuse, and holds what reaches
// their users against testdata/refused.tsv, by the programs' versions.
func TestRefused(t *testing.T) {
	t.Parallel()
	programs.Need(t, "bash", "aws", "rclone", "restic", "s3cmd", "duplicity", "s3fs", "mc", "node")
	known, seen := readRefused(t), map[string]seenRefusal{}
	var lock sync.Mutex
	t.Run("all", func(t *testing.T) {
		for _, p := range refusedPrograms(t) {
			for _, w := range refusedWorlds {
				for way, script := range p.scripts(w) {
					cell := strings.Join([]string{w.name, p.name, way}, "\t")
					t.Run(strings.ReplaceAll(cell, "\t", " "), func(t *testing.T) {
						t.Parallel()
						got := w.meets(t, script)
						want, ok := known[cell]
						if ok && (got.kind != want.kind || got.exit != want.exit || got.requests != want.requests) && !updating() {
							t.Errorf("seen %q, want %q", got, want)
						}
						lock.Lock()
						defer lock.Unlock()
						seen[cell] = got
					})
				}
			}
		}
	})
	if updating() {
		maps.Copy(known, seen)
		writeFile(t, refusedFile, []byte(refusedHead+refusedText(known)))
		known = readRefused(t)
	}
	holdRefusedTable(t, known)
}

// meets runs a script in a new world.
func (w refusedWorld) meets(t *testing.T, script string) seenRefusal {
	srv := emulatortest.Start(t, w.name, emulatortest.Responses("aws"))
	at := appOf(srv)
	address, err := url.Parse(at.Endpoint)
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	writeFile(t, filepath.Join(folder, "sent"), []byte("sent\n"))
	if modules, err := nodeModules(); err != nil || os.Symlink(modules, filepath.Join(folder, "node_modules")) != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { unmounted(t, filepath.Join(folder, "mounted")) })
	env := append(environment(t, ""), "AWS_ACCESS_KEY_ID="+at.AccessKeyID, "AWS_SECRET_ACCESS_KEY="+at.SecretAccessKey,
		"AWS_REGION="+at.Region, "AWS_DEFAULT_REGION="+at.Region, "AT="+at.Endpoint, "HOST="+address.Host,
		"PORT="+address.Port(), "KEY="+w.key, "ACL="+w.acl)
	settings, err := os.ReadFile("testdata/refused.sh")
	if err != nil {
		t.Fatal(err)
	}
	before := len(srv.Requests())
	stdout, stderr, exit := execute(t, env, nil, "bash", "-c", "cd '"+folder+"'\n"+string(settings)+script)
	said := string(stdout) + string(stderr)
	seen := srv.Requests()[before:]
	clean := strings.NewReplacer(folder+"/", "", address.Host, "127.0.0.1:9403").Replace(said)
	r := seenRefusal{kindOf(w, said, exit, seen), fmt.Sprint(exit), requestsOf(seen), ""}
	if exit != 0 {
		r.prints = tellingLine(w, clean)
	}
	return r
}

const longestLine = 420 // bytes of what is printed

var (
	telling = regexp.MustCompile(`(?i)error|denied|forbidden|bad request|fail|unable|insufficient|not permitted|` +
		`no such file|\b40[03]\b`)
	passing = regexp.MustCompile(`(?m)^(\d{4}[-/]\d\d[-/]\d\d[ T])?\d\d:\d\d:[\d.]+ *|` +
		`(?i),? *(request|host) ?id:? [^\s,]+|\x1b\[[0-9;]*m|/tmp/[^ "]*/|<RequestId>.*`)
)

// tellingLine is the line that says most of why: that with S3's reason, else with what misleads,
// else the last that tells of an error.
func tellingLine(w refusedWorld, said string) string {
	said = strings.NewReplacer("\r", "\n", "\n\t", " ").Replace(strings.TrimSpace(said))
	lines := strings.Split(passing.ReplaceAllString(said, ""), "\n")
	for _, has := range []func(string) bool{
		func(s string) bool { return strings.Contains(s, w.reason) }, misleading.MatchString, telling.MatchString,
	} {
		for i, line := range slices.Backward(lines) {
			if !has(line) {
				continue
			}
			if misleading.MatchString(line) && i > 0 {
				line = lines[i-1] + " " + line // what it is said after
			}
			return short(strings.Join(strings.Fields(line), " "))
		}
	}
	return ""
}

func short(line string) string {
	if len(line) > longestLine {
		return strings.ToValidUTF8(line[:longestLine], "") + "…"
	}
	return line
}

const (
	refusedFile = "testdata/refused.tsv"
	refusedHead = "# world\tprogram\tway\twhat reaches the user\texit\trequests\tprints " +
		"(go test ./emulator/clients -run TestRefused -update)\n"
)

func readRefused(t *testing.T) map[string]seenRefusal {
	t.Helper()
	content, err := os.ReadFile(refusedFile)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]seenRefusal{}
	for line := range strings.Lines(string(content)) {
		cells := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if len(cells) == 7 && !strings.HasPrefix(line, "#") {
			all[strings.Join(cells[:3], "\t")] = seenRefusal{cells[3], cells[4], cells[5], cells[6]}
		}
	}
	return all
}

func refusedText(all map[string]seenRefusal) string {
	var b strings.Builder
	for _, cell := range slices.Sorted(maps.Keys(all)) {
		r := all[cell]
		fmt.Fprintln(&b, strings.Join([]string{cell, r.kind, r.exit, r.requests, r.prints}, "\t"))
	}
	return b.String()
}

const refusedTitle = "\n## What users see of a refusal\n"

// holdRefusedTable holds the end of docs/clients.md against the rows.
func holdRefusedTable(t *testing.T, all map[string]seenRefusal) {
	t.Helper()
	content, err := os.ReadFile(clientsPage)
	if err != nil {
		t.Fatal(err)
	}
	above, _, _ := strings.Cut(string(content), refusedTitle)
	want := above + refusedTitle + refusedTable(all)
	if updating() {
		writeFile(t, clientsPage, []byte(want))
	} else if want != string(content) {
		t.Errorf("%s does not have the rows of %s; write it again: "+
			"S3FAULT_CLIENTS=required go test ./emulator/clients -run TestRefused -update", clientsPage, refusedFile)
	}
}

const refusedIntro = `
Real programs in worlds that refuse them, with ` + "`--responses aws`" + `. What reaches their users:

- **reason**: S3's sentence, with the action and the layer, or what else is wrong.
- **status only**: a 403 or a 400, by number or by name. Mostly the program asked by HEAD, whose answer has no body: ` +
	"`s3fault why`" + ` has the reason, and at AWS nothing but the CloudTrail event.
- **misleads**: words that name another cause. **neither**: an error without any of these.
- **silent**: it ends with 0, and nothing was read or written.
- **works**: it asked again where it was sent, and does its work. **not refused**: it did not come as far as that.

The requests are those of the journal; duplicity and s3fs were told to try once. A test writes these rows, and holds them by the programs' versions.
`

func refusedTable(all map[string]seenRefusal) string {
	var b strings.Builder
	b.WriteString(refusedIntro)
	escaped := strings.NewReplacer("|", `\|`, "<", `\<`, "`", "'", "*", `\*`)
	for _, w := range refusedWorlds {
		fmt.Fprintf(&b, "\n### %s\n\n| program | does | reaches the user | exit | requests | prints |\n"+
			"| --- | --- | --- | --- | --- | --- |\n", w.name)
		for _, cell := range slices.Sorted(maps.Keys(all)) {
			if parts, r := strings.Split(cell, "\t"), all[cell]; parts[0] == w.name {
				fmt.Fprintf(&b, "| %s | %s | **%s** | %s | %s | %s |\n",
					parts[1], parts[2], r.kind, r.exit, r.requests, escaped.Replace(r.prints))
			}
		}
	}
	return b.String()
}
