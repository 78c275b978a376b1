package main

import (
	"cmp"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/s3fault/s3fault/emulator"
	"github.com/s3fault/s3fault/internal/version"
	"github.com/s3fault/s3fault/scenarios"
)

const enforced = "" +
	"Enforced: signatures (SigV4, SigV2), regions, organizations, VPC endpoints, identity and bucket policies,\n" +
	"permissions boundaries, ACLs, Block Public Access, Requester Pays, Object Lock,\n" +
	"session policies, KMS key policies, object ownership, 404 or 403. Every request is decided; none passes unsigned.\n"

// announce prints what is enforced, which answers are on, and how to reach it.
func announce(w io.Writer, s *emulator.Server, r readiness, answers string) error {
	sc, err := s.Describe(s.Default(), r.Endpoint)
	if err != nil {
		return err
	}
	b := &strings.Builder{}
	fmt.Fprintf(b, "s3fault serves %d scenarios at %s, each at %s/~NAME\n", len(r.Scenarios), r.Endpoint, r.Endpoint)
	b.WriteString(enforced + answers)
	fmt.Fprintf(b, "Control plane: %s\n", r.Admin)
	if r.TLS != nil {
		fmt.Fprintf(b, "Over TLS: %s, for clients that trust %s (s3fault env has them do so)\n", r.TLS.Endpoint, r.TLS.CA)
	}
	b.WriteString("\n")
	fmt.Fprintf(b, "The bare address is scenario %s (%s):\n", sc.Name, sc.Title)
	fmt.Fprintf(b, "  AWS_ENDPOINT_URL=%s\n  AWS_REGION=%s\n", r.Endpoint, sc.Region)
	writeCallers(b, sc.Callers)
	control := strings.TrimSuffix(r.Admin, emulator.ControlPrefix)
	if r.TLS != nil {
		control = overTLS(control)
	}
	fmt.Fprintf(b, "\nOther scenarios' credentials: eval \"$(s3fault env --endpoint %s --scenario NAME)\"\n", control)
	fmt.Fprintf(b, "Why a request was denied: s3fault why --endpoint %s\n", control)
	fmt.Fprintf(b, "To have three puts fail: s3fault fault create PutObject SlowDown --first 3 --endpoint %s\n", control)
	fmt.Fprintf(b, "Where your shell has no s3fault: go install %s@latest\n", version.Command)
	_, err = io.WriteString(w, b.String())
	return err
}

func writeCallers(b *strings.Builder, callers map[string]emulator.Caller) {
	for _, name := range sortedNames(callers) {
		c := callers[name]
		fmt.Fprintf(b, "  # %s, %s\n", name, c.ARN)
		fmt.Fprintf(b, "  AWS_ACCESS_KEY_ID=%s\n  AWS_SECRET_ACCESS_KEY=%s\n", c.AccessKeyID, c.SecretAccessKey)
		if c.SessionToken != "" {
			fmt.Fprintf(b, "  AWS_SESSION_TOKEN=%s\n", c.SessionToken)
		}
	}
}

// answersTold says which answers are on, and how many scenarios have others.
func answersTold(file *scenarios.File, f serveFlags) string {
	on := cmp.Or(f.responses, file.Responses())
	others := 0
	for _, name := range file.Names() {
		if cmp.Or(f.responses, file.ResponsesOf(name)) != on {
			others++
		}
	}
	told := "Answers: article (S3 as the article of 2023 has it; --responses aws for today's)\n"
	other := "aws"
	if on == "aws" {
		told = "Answers: aws (S3 " + dayTold(file, f) + "; --responses article for those of the article of 2023)\n"
		other = "article"
	}
	if others > 0 {
		told += fmt.Sprintf("%d of the scenarios say themselves that they answer %s\n", others, other)
	}
	return told
}

// dayTold is the day whose S3 it is, in words.
func dayTold(file *scenarios.File, f serveFlags) string {
	day := cmp.Or(f.asOf, file.AsOf().Format(time.DateOnly))
	if f.asOf == "" && file.AsOf().IsZero() {
		return "as it answers today"
	}
	return "as of " + day
}
