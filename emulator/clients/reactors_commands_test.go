package clients

import (
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/s3fault/s3fault/internal/programs"
)

// command is a program that does one step at a time.
type command struct {
	program string
	// settings are its variables, and the files that it needs in its folder.
	settings func(t *testing.T, at target, folder string) []string
	// args are those of a step.
	args func(at target, s step, folder string) []string
}

// commands are the programs for the terminal that are here.
func commands(t *testing.T) (all []reactor) {
	t.Helper()
	for _, aws := range awsPrograms() {
		run := func(more ...string) runner { return command{aws.path, awsSettings(more...), awsCommand}.run }
		r := reactor{name: strings.Replace(aws.version, "/", " ", 1), run: run(), costly: true,
			does: "put get copy several upload download folder"}
		all = append(all, r)
		if !older(aws.version, "1.45") && older(aws.version, "2") || !older(aws.version, "2.35") {
			r.name, r.run = r.name+" on", run("AWS_NEW_RETRIES_2026=true")
			all = append(all, r)
		}
	}
	found := func(name, pattern string, args ...string) string {
		programs.Need(t, name)
		return name + " " + regexp.MustCompile(pattern).FindString(versionOf(name, args...))
	}
	const version = `\d+\.\d+(\.\d+)?`
	return append(all,
		reactor{name: found("rclone", version, "version"), run: command{"rclone", rcloneSettings, rcloneCommand}.run,
			does: "put get copy several upload download folder", slow: true, unending: rcloneUnending},
		reactor{name: found("restic", version, "version"), run: command{"restic", resticSettings, resticCommand}.run,
			does: "put download", first: repositoryFirst, opaque: true, impatient: true, endless: true},
		reactor{name: found("s3cmd", version, "--version"), run: command{"s3cmd", s3cmdSettings, s3cmdCommand}.run,
			does: "put get copy several upload download folder", slow: true})
}

func (c command) run(t *testing.T, at target, steps []step) []outcome {
	t.Helper()
	folder := filepath.Dir(steps[0].File)
	env := append(environment(t, "[default]\ns3 =\n  addressing_style = path\n  multipart_threshold = 5MB\n"+
		"  multipart_chunksize = 5MB\n"),
		"AWS_ACCESS_KEY_ID="+at.AccessKeyID, "AWS_SECRET_ACCESS_KEY="+at.SecretAccessKey, "AWS_DEFAULT_REGION="+at.Region)
	if at.SessionToken != "" {
		env = append(env, "AWS_SESSION_TOKEN="+at.SessionToken)
	}
	env = append(env, c.settings(t, at, folder)...)
	outcomes := make([]outcome, len(steps))
	for i, s := range steps {
		stdout, stderr, exit := execute(t, env, nil, c.program, c.args(at, s, folder)...)
		if exit < 0 {
			t.Fatalf("%s had not ended in %v: its meeting is unending (reactors_test.go)\n%s", c.program, programTime, stderr)
		}
		outcomes[i] = commandOutcome(string(stdout), lastLine(string(stderr)), exit)
	}
	return outcomes
}

// commandOutcome is what somebody at the terminal sees of a command that has ended.
func commandOutcome(stdout, says string, exit int) outcome {
	if exit != 0 {
		return outcome{Error: fmt.Sprintf("exit %d: %s", exit, says)}
	}
	var printed struct{ Errors []struct{ Key string } }
	o := outcome{Note: says}
	if json.Unmarshal([]byte(stdout), &printed) == nil {
		for _, e := range printed.Errors {
			o.Keys = append(o.Keys, e.Key)
		}
	}
	return o
}

// complaint is a line that is about what went wrong, and not about something beside it.
var complaint = regexp.MustCompile(`(?i)\b(error|problem|fatal|fail(ed|ure)?|warning|errno)\b`)

// lastLine is the last line of what a command said: that complains, if one does.
func lastLine(said string) string {
	lines := strings.FieldsFunc(said, func(r rune) bool { return r == '\n' || r == '\r' })
	for _, line := range slices.Backward(lines) {
		if complaint.MatchString(line) {
			return line
		}
	}
	if len(lines) == 0 {
		return ""
	}
	return lines[len(lines)-1]
}

func awsSettings(more ...string) func(*testing.T, target, string) []string {
	return func(*testing.T, target, string) []string { return more }
}

func awsCommand(at target, s step, _ string) []string {
	there := "s3://" + s.Bucket + "/" + s.Key
	args := map[string][]string{
		"put": {"s3", "cp", s.File, there}, "upload": {"s3", "cp", s.File, there},
		"get": {"s3", "cp", there, s.File}, "download": {"s3", "cp", there, s.File},
		"copy":   {"s3", "cp", "s3://" + s.Bucket + "/" + s.Source, there},
		"folder": {"s3", "cp", "--recursive", s.File, there},
	}[s.Do]
	if args == nil {
		args = []string{"s3api", "delete-objects", "--output", "json", "--bucket", s.Bucket, "--delete", deleteOf(s.Keys)}
		return append(awsWay(at), args...)
	}
	return slices.Concat(awsWay(at), args, []string{"--only-show-errors"})
}

func awsWay(at target) []string {
	args := []string{"--endpoint-url", at.Endpoint}
	if at.Patience > 0 {
		args = append(args, "--cli-read-timeout", fmt.Sprint(at.Patience))
	}
	return args
}

func deleteOf(keys []string) string {
	var objects []string
	for _, key := range keys {
		objects = append(objects, `{"Key":"`+key+`"}`)
	}
	return `{"Objects":[` + strings.Join(objects, ",") + `]}`
}

// rcloneUnending: three minutes did not see their end.
var rcloneUnending = []string{
	"throttled, puts", "proxy-html-502, for ever", "complete-error-in-200, for ever", "credentials-expire-midway",
}

// rcloneSettings: 1.60 sends `x-amz-acl: private` unless told otherwise, which a bucket of
// 2023 and later refuses.
func rcloneSettings(t *testing.T, at target, folder string) []string {
	t.Helper()
	file := filepath.Join(folder, "rclone.conf")
	writeFile(t, file, nil)
	env := []string{"RCLONE_CONFIG=" + file}
	for name, value := range map[string]string{
		"type": "s3", "provider": "Other", "force_path_style": "true", "acl": "bucket-owner-full-control",
		"region": at.Region, "endpoint": at.Endpoint, "env_auth": "true", "upload_cutoff": "5M", "chunk_size": "5M",
	} {
		env = append(env, "RCLONE_CONFIG_S_"+strings.ToUpper(name)+"="+value)
	}
	return env
}

func rcloneCommand(at target, s step, _ string) []string {
	there := "s:" + s.Bucket + "/" + s.Key
	args := map[string][]string{
		"put": {"copyto", s.File, there}, "upload": {"copyto", s.File, there},
		"get": {"copyto", there, s.File}, "download": {"copyto", there, s.File},
		"copy":   {"copyto", "s:" + s.Bucket + "/" + s.Source, there},
		"folder": {"copy", "--transfers=1", "--checkers=1", s.File, there},
	}[s.Do]
	if args == nil {
		args = []string{"delete", "s:" + s.Bucket + "/" + filepath.Dir(s.Keys[0])}
	}
	if at.Patience > 0 {
		args = append(args, fmt.Sprint("--timeout=", at.Patience, "s"))
	}
	return args
}

func resticSettings(_ *testing.T, at target, folder string) []string {
	return []string{"RESTIC_REPOSITORY=s3:" + at.Endpoint + "/my-bucket/repo", "RESTIC_PASSWORD=example",
		"RESTIC_CACHE_DIR=" + filepath.Join(folder, "cache")}
}

// repositoryFirst is the repository, and the backup that is to be restored.
func repositoryFirst(m meeting) []step {
	return append([]step{{Do: "init"}}, m.before("download", step{Do: "put"})...)
}

func resticCommand(_ target, s step, folder string) []string {
	return map[string][]string{
		"init": {"init", "--quiet"}, "put": {"backup", "--quiet", s.File},
		"download": {"restore", "latest", "--target", filepath.Join(folder, "restored")},
	}[s.Do]
}

func s3cmdSettings(t *testing.T, at target, folder string) []string {
	t.Helper()
	endpoint, err := url.Parse(at.Endpoint)
	if err != nil {
		t.Fatal(err)
	}
	text := "[default]\naccess_key = " + at.AccessKeyID + "\nsecret_key = " + at.SecretAccessKey +
		"\naccess_token = " + at.SessionToken + "\nhost_base = " + endpoint.Host + "\nhost_bucket = " + endpoint.Host +
		"\nuse_https = False\nbucket_location = " + at.Region + "\nmultipart_chunk_size_mb = 5\nprogress_meter = False\n"
	if at.Patience > 0 {
		text += fmt.Sprint("socket_timeout = ", at.Patience, "\n")
	}
	if err := os.WriteFile(filepath.Join(folder, "s3cfg"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return nil
}

func s3cmdCommand(_ target, s step, folder string) []string {
	there := "s3://" + s.Bucket + "/" + s.Key
	args := map[string][]string{
		"put": {"put", s.File, there}, "upload": {"put", s.File, there},
		"get": {"get", "--force", there, s.File}, "download": {"get", "--force", there, s.File},
		"copy":   {"cp", "s3://" + s.Bucket + "/" + s.Source, there},
		"folder": {"put", "--recursive", s.File + "/", there},
	}[s.Do]
	if args == nil {
		args = []string{"del", "--recursive", "s3://" + s.Bucket + "/" + filepath.Dir(s.Keys[0]) + "/"}
	}
	return append([]string{"-c", filepath.Join(folder, "s3cfg"), "--quiet"}, args...)
}
