package deeds

import (
	"encoding/json"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"github.com/s3fault/s3fault/policy"
)

// filling stands for what a wildcard of a pattern matches.
const filling = "x"

// fill is a text that a pattern matches: its wildcards are filled in. false: it has a
// policy variable, which only a request can fill in.
func fill(pattern string) (string, bool) {
	if strings.Contains(pattern, "${") {
		return "", false
	}
	return strings.NewReplacer("*", filling, "?", filling).Replace(pattern), true
}

// condition is a condition key of a statement, with values for which it holds, and for
// which not. The policy itself says so of each: nothing here knows what operators mean.
type condition struct {
	key             string
	holds, holdsNot [][]string // values of the key; none: absent
}

// Bounds of the values of a key that a condition is tried with.
const maxHolding, maxNotHolding = 4, 3

func newCondition(operator, key string, wanted texts) condition {
	c := condition{key: key}
	try := trial(operator, key, wanted)
	if try == nil {
		return c
	}
	for _, values := range candidates(operator, wanted) {
		switch holds := try(values); {
		case holds && len(c.holds) < maxHolding:
			c.holds = append(c.holds, values)
		case !holds && len(c.holdsNot) < maxNotHolding:
			c.holdsNot = append(c.holdsNot, values)
		}
	}
	return c
}

// trial says whether a condition holds for values of its key; nil: no policy has it.
func trial(operator, key string, wanted texts) func([]string) bool {
	doc, err := json.Marshal(map[string]any{"Statement": map[string]any{
		"Effect": "Allow", "Action": "*", "Resource": "*",
		"Condition": map[string]any{operator: map[string]any{key: wanted}},
	}})
	if err != nil {
		return nil
	}
	p, err := policy.ParseLenient(doc, policy.Identity)
	if err != nil {
		return nil
	}
	return func(values []string) bool {
		ctx := policy.NewContext()
		ctx.Set(key, values...)
		m := p.Match(&policy.Request{Action: "s3:GetObject", Resource: "*", Context: ctx})
		return m.Allow >= 0
	}
}

// candidates are values to try: those that the policy names, their neighbours, and others
// of their kind.
func candidates(operator string, wanted texts) [][]string {
	var all [][]string
	seen := map[string]bool{}
	add := func(values ...string) {
		if name := strings.Join(values, "\x00"); !seen[name] {
			seen[name] = true
			all = append(all, values)
		}
	}
	for _, w := range wanted {
		for _, v := range near(w) {
			add(v)
		}
	}
	if len(wanted) > 1 && strings.Contains(operator, ":") {
		add(wanted...)
	}
	for _, v := range others(operator) {
		add(v)
	}
	return all
}

// near are a value that a policy names, with its wildcards filled in, and what lies beside
// it: the next numbers and days, and addresses of a range and beside it.
func near(wanted string) []string {
	var all []string
	if prefix, err := netip.ParsePrefix(wanted); err == nil {
		return addressesOf(prefix)
	}
	if filled, ok := fill(wanted); ok {
		all = append(all, filled, wanted) // no wildcards to operators that compare it as it is
	}
	if n, err := strconv.ParseInt(wanted, 10, 64); err == nil {
		return append(all, strconv.FormatInt(n-1, 10), strconv.FormatInt(n+1, 10))
	}
	for _, layout := range []string{time.RFC3339, time.DateOnly} {
		if t, err := time.Parse(layout, wanted); err == nil {
			return append(all, t.Add(-24*time.Hour).Format(time.RFC3339), t.Add(24*time.Hour).Format(time.RFC3339))
		}
	}
	return all
}

// addressesOf are the first address of a range that a host can have, and the one before the
// range. Of a range that is almost everything the others will do.
func addressesOf(p netip.Prefix) []string {
	if p.Bits() < 8 {
		return nil
	}
	first := p.Masked().Addr()
	host := first
	if p.Bits() < first.BitLen() {
		host = first.Next()
	}
	all := []string{host.String()}
	if before := first.Prev(); before.IsValid() {
		all = append(all, before.String())
	}
	return all
}

// others are values that no policy need name.
func others(operator string) []string {
	operator = strings.ToLower(operator)
	switch {
	case strings.Contains(operator, "ipaddress"):
		return []string{internetAddress, "198.51.100.77", "192.0.2.77", "10.77.77.77", "2001:db8::77"}
	case strings.Contains(operator, "bool"):
		return []string{"true", "false"}
	case strings.Contains(operator, "numeric"):
		return []string{"0", "1", "1000000000"}
	case strings.Contains(operator, "date"):
		return []string{"2000-01-01T00:00:00Z", "2100-01-01T00:00:00Z"}
	case strings.Contains(operator, "arn"):
		return []string{"arn:aws:s3:::elsewhere", "arn:aws:iam::444455556666:role/elsewhere"}
	}
	return []string{"elsewhere"}
}
