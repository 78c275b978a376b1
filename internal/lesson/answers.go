package lesson

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/s3fault/s3fault/scenarios"
)

// answers is one call and what S3 answers to it.
type answers struct {
	call string   // "GetObject my-bucket/file.txt", or what the clock does
	as   string   // empty: nothing is sent
	all  []answer // one where the two responses do not differ
}

// answer is an answer with the responses that give it.
type answer struct {
	responses string // empty: both
	text      string // "403 AccessDenied: Access Denied"
	layer     string // "bucket-policy, statement OfficeOnly"; empty: nothing refuses
}

func answersTo(calls []scenarios.Call) []answers {
	all := make([]answers, len(calls))
	for i, c := range calls {
		all[i] = answers{call: describe(c), as: c.As, all: answersOf(c)}
	}
	return all
}

func answersOf(c scenarios.Call) []answer {
	return inBoth(func(responses string) answer {
		var all []answer
		for _, w := range c.Each() {
			all = append(all, answerOf(w.In(responses)))
		}
		return inTurn(all)
	})
}

// inTurn is one answer after another, told once where it stays the same.
func inTurn(all []answer) answer {
	var texts, layers []string
	for _, a := range all {
		texts = append(texts, a.text)
		if a.layer != "" && !slices.Contains(layers, a.layer) {
			layers = append(layers, a.layer)
		}
	}
	return answer{text: strings.Join(slices.Compact(texts), ", then "), layer: strings.Join(layers, ", ")}
}

// printed is what a command prints; empty where the lesson does not say.
func printed(c scenarios.Command) []answer {
	all := inBoth(func(responses string) answer { return answer{text: c.Prints.In(responses)} })
	if all[0].text == "" {
		return nil
	}
	return all
}

// inBoth is what holds with each of the two responses, or once what holds with
// both.
func inBoth(with func(responses string) answer) []answer {
	var all []answer
	same := true
	for _, r := range scenarios.BothResponses() {
		a := with(r)
		same = same && (len(all) == 0 || a == all[0])
		all = append(all, a)
	}
	if same {
		return all[:1]
	}
	for i, r := range scenarios.BothResponses() {
		all[i].responses = r
	}
	return all
}

func answerOf(w scenarios.Want) answer {
	text := w.Code
	if w.Status != 0 {
		text = strings.TrimSpace(fmt.Sprint(w.Status, " ", w.Code))
	}
	if w.Message != "" {
		text += ": " + w.Message
	}
	text = strings.TrimPrefix(text+ends[w.Broken], ", ")
	layer := w.Layer
	if w.Statement != "" {
		layer = strings.TrimPrefix(layer+", statement "+w.Statement, ", ")
	}
	return answer{text: text, layer: layer}
}

// ends is how an answer that is not whole ends.
var ends = map[string]string{
	scenarios.BrokenReset:   ", connection reset",
	scenarios.BrokenCut:     ", cut short",
	scenarios.BrokenTimeout: ", silence",
}

// ofClock is what a step of the clock does.
func ofClock(c scenarios.Call) string {
	if c.ClientSkew != nil {
		return "The client's clock goes wrong by " + duration(*c.ClientSkew)
	}
	return duration(c.Advance) + " go by"
}

// describe is a call in words: its name, what it is about, and what is unusual
// about the request.
func describe(c scenarios.Call) string {
	if !c.Sends() {
		return ofClock(c)
	}
	text := c.Call
	if c.Bucket != "" {
		text += " " + c.Bucket
	}
	if c.Key != "" {
		text += "/" + c.Key
	}
	details := []string{}
	if c.VersionID != "" {
		details = append(details, "version "+c.VersionID)
	}
	for _, given := range []map[string]string{c.Headers, c.Query} {
		for _, name := range slices.Sorted(maps.Keys(given)) {
			details = append(details, name+": "+given[name])
		}
	}
	details = append(details, presigned(c.Presign)...)
	details = append(details, signed(c.Sign)...)
	if times := len(c.Each()); times > 1 {
		details = append(details, fmt.Sprint(times, " times"))
	}
	if len(details) > 0 {
		text += " (" + strings.Join(details, ", ") + ")"
	}
	return text
}

func presigned(p *scenarios.Presigning) []string {
	if p == nil {
		return nil
	}
	text := "presigned"
	if p.SigV2 {
		text += " with SigV2"
	}
	if p.Method != "" {
		text += " for " + p.Method
	}
	if p.Region != "" {
		text += " in " + p.Region
	}
	if p.Expires != 0 {
		text += ", good for " + duration(p.Expires)
	}
	if p.Age != 0 {
		text += ", " + duration(p.Age) + " old"
	}
	return []string{text}
}

func signed(s *scenarios.Signing) []string {
	if s == nil {
		return nil
	}
	var all []string
	if s.Region != "" {
		all = append(all, "signed for "+s.Region)
	}
	if s.AccessKey != "" {
		all = append(all, "signed with the access key "+s.AccessKey)
	}
	if s.Secret != "" {
		all = append(all, "signed with another secret")
	}
	if s.Age != 0 {
		all = append(all, "signed "+duration(s.Age)+" ago")
	}
	if s.DropHeader != "" {
		all = append(all, "sent without "+s.DropHeader)
	}
	return all
}

// duration is a time as the scenario file has it: "2h", not "2h0m0s".
func duration(d time.Duration) string {
	text := d.String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}
