package clients

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// awsProgram is an AWS CLI of this machine.
type awsProgram struct{ path, version string }

// awsPrograms are the AWS CLIs of this machine, one for each version. Debian's is
// always one of them, whatever stands before it in PATH.
var awsPrograms = sync.OnceValue(func() []awsProgram {
	var found []awsProgram
	seen := map[string]bool{}
	for _, aws := range inPath("aws", "/usr/bin/aws") {
		version, _, _ := strings.Cut(versionOf(aws, "--version"), " ")
		if version == "" || seen[version] {
			continue
		}
		seen[version] = true
		found = append(found, awsProgram{aws, version})
	}
	return found
})

// awsCLIs are the AWS CLIs, as clients.
func awsCLIs() []client {
	var all []client
	for _, aws := range awsPrograms() {
		all = append(all, client{
			name: aws.version, run: cli{program: aws.path}.run,
			hidesStatus: true, followsRegion: true, presigns: true,
			headRefusal: outcome{Code: "403", Message: "Forbidden"},
		})
	}
	return all
}

// cli is one AWS CLI: a process for each step.
type cli struct{ program string }

func (c cli) run(t *testing.T, at target, steps []step) []outcome {
	t.Helper()
	env := append(environment(t, "[default]\ns3 =\n  addressing_style = path\n"),
		"AWS_ACCESS_KEY_ID="+at.AccessKeyID,
		"AWS_SECRET_ACCESS_KEY="+at.SecretAccessKey,
		"AWS_DEFAULT_REGION="+at.Region)
	if at.SessionToken != "" {
		env = append(env, "AWS_SESSION_TOKEN="+at.SessionToken)
	}
	env = slices.Concat(env, at.trusting(t), at.Through)
	outcomes := make([]outcome, len(steps))
	for i, s := range steps {
		if s.Do == "tell" {
			outcomes[i] = tell(t, s)
			continue
		}
		args := append(cliArguments(s), "--output", "json")
		if at.Endpoint != "" {
			args = append(args, "--endpoint-url", at.Endpoint)
		}
		stdout, stderr, exit := execute(t, env, nil, c.program, args...)
		if exit != 0 {
			outcomes[i] = cliRefusal(t, args, string(stderr))
			continue
		}
		outcomes[i] = cliSuccess(t, s, stdout)
	}
	return outcomes
}

// cliArguments is the command line for a step.
func cliArguments(s step) []string {
	object := []string{"--bucket", s.Bucket, "--key", s.Key}
	url := "s3://" + s.Bucket + "/" + s.Key
	switch s.Do {
	case "create":
		return []string{"s3api", "create-bucket", "--bucket", s.Bucket}
	case "put":
		args := append([]string{"s3api", "put-object", "--body", s.File}, object...)
		if s.ACL != "" {
			args = append(args, "--acl", s.ACL)
		}
		return args
	case "get":
		return append(append([]string{"s3api", "get-object"}, object...), s.File)
	case "head":
		return append([]string{"s3api", "head-object"}, object...)
	case "list":
		return []string{"s3api", "list-objects-v2", "--bucket", s.Bucket}
	case "copy":
		return append([]string{"s3api", "copy-object", "--copy-source", s.Bucket + "/" + s.Source}, object...)
	case "delete":
		return append([]string{"s3api", "delete-object"}, object...)
	case "upload":
		return []string{"s3", "cp", "--only-show-errors", s.File, url}
	case "download":
		return []string{"s3", "cp", "--only-show-errors", url, s.File}
	case "presign":
		return []string{"s3", "presign", url, "--expires-in", strconv.Itoa(s.Expires)}
	default:
		panic(fmt.Sprintf("the AWS CLI has no command for %q", s.Do))
	}
}

// cliError is the one line in which the CLI reports a refusal.
var cliError = regexp.MustCompile(`An error occurred \(([^)]*)\) when calling the \w+ operation(?: \([^)]*\))?: (.*)`)

func cliRefusal(t *testing.T, args []string, stderr string) outcome {
	t.Helper()
	found := cliError.FindStringSubmatch(stderr)
	if found == nil {
		t.Fatalf("aws %q failed without an answer of S3's:\n%s", args, stderr)
	}
	return outcome{Code: found[1], Message: found[2]}
}

func cliSuccess(t *testing.T, s step, stdout []byte) outcome {
	t.Helper()
	switch s.Do {
	case "presign":
		return outcome{URL: strings.TrimSpace(string(stdout))}
	case "list":
		var page struct{ Contents []struct{ Key string } }
		if err := json.Unmarshal(stdout, &page); err != nil && len(stdout) > 0 {
			t.Fatalf("aws printed %q: %v", stdout, err)
		}
		var keys []string
		for _, object := range page.Contents {
			keys = append(keys, object.Key)
		}
		return outcome{Keys: keys}
	}
	return outcome{}
}
