package advice

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/policy"
)

// wish is what a condition key of the request should be.
type wish struct {
	key    string
	value  string
	absent bool // the request should not have the key
}

// in is the condition keys of a request for which the wish has come true.
func (w *wish) in(ctx *policy.Context) *policy.Context {
	changed := ctx.Clone()
	if w.absent {
		changed.Delete(w.key)
		return changed
	}
	changed.Set(w.key, w.value)
	return changed
}

// wishes are the values of a key that change what the clauses on it come to: where they should hold
// all of them do then, and otherwise one does not. Those that no policy denies come
// first.
func (s *program) wishes(q *authz.Request, key string, clauses []clause, hold bool) []wish {
	var passing, others []wish
	for _, w := range s.pool(q, key, clauses) {
		ctx := w.in(q.Context)
		if w.idle(q.Context) || all(clauses, ctx) != hold {
			continue
		}
		if deniedBy(q, ctx) {
			others = append(others, w)
			continue
		}
		passing = append(passing, w)
	}
	return append(passing, others...)
}

// deniedBy says whether a policy would deny the request if it had those condition keys.
func deniedBy(q *authz.Request, ctx *policy.Context) bool {
	asked := asPolicy(q)
	asked.Context = ctx
	levels := slices.Concat(q.Session, q.SCPs, q.RCPs, []authz.Level{
		{Policies: q.Identity}, {Policies: q.Boundaries}, {Policies: q.Endpoint},
	})
	if q.BucketPolicy != nil {
		levels = append(levels, authz.Level{Policies: []authz.Named{*q.BucketPolicy}})
	}
	return slices.ContainsFunc(levels, func(l authz.Level) bool {
		return slices.ContainsFunc(l.Policies, func(n authz.Named) bool {
			return n.Policy != nil && n.Policy.Match(asked).Deny >= 0
		})
	})
}

// idle says whether there is no sense in the wish: no request can have the value, or it has it
// already, or one that is a slip away from it, so that the policy is to be corrected.
func (w *wish) idle(ctx *policy.Context) bool {
	now, there := ctx.Get(w.key)
	if w.absent || !there {
		return w.absent && !there || !w.absent && !takes(w.key, w.value)
	}
	_, closed := legal[familyOf(w.key)]
	return slices.Equal(now, []string{w.value}) || !takes(w.key, w.value) || !closed && len(now) == 1 &&
		slip(w.value, now[0]) && !w.completes(ctx)
}

// completes says whether the wish is the prefix that the request has, with the slash that is missing
// at its end.
func (w *wish) completes(ctx *policy.Context) bool {
	now, _ := ctx.Get(w.key)
	return strings.EqualFold(w.key, "s3:prefix") && !w.absent && len(now) == 1 && w.value == now[0]+"/"
}

func all(clauses []clause, ctx *policy.Context) bool {
	for i := range clauses {
		if !clauses[i].holds(ctx) {
			return false
		}
	}
	return true
}

// pool are the values that might do: those of the world that the clauses list, those that they list,
// none, others of the world, and what the key usually has.
func (s *program) pool(q *authz.Request, key string, clauses []clause) []wish {
	var listed []string
	for i := range clauses {
		listed = append(listed, clauses[i].listed(q.Context)...)
	}
	there := s.there(q, key)
	preferred := slices.DeleteFunc(slices.Clone(there), func(v string) bool {
		return !slices.ContainsFunc(clauses, func(c clause) bool { return c.names(key, v) })
	})
	if mustBeThere(key) {
		listed = nil
	}
	var pool []wish
	add := func(values []string) {
		for _, v := range values {
			pool = append(pool, wish{key: key, value: v})
		}
	}
	add(preferred)
	add(listed)
	pool = append(pool, wish{key: key, absent: true})
	add(there)
	add(usual(key))
	return pool
}

// names says whether the clause lists a value, whether it is for or against it.
func (c *clause) names(key, value string) bool {
	if c.null() {
		return false
	}
	ctx := policy.NewContext()
	ctx.Set(key, value)
	return c.holds(ctx) != c.negated()
}

// listed are values that the clause's own come to.
func (c *clause) listed(ctx *policy.Context) []string {
	operator := strings.ToLower(c.operator)
	var found []string
	for _, v := range c.values {
		switch {
		case c.null():
		case strings.Contains(operator, "numeric"):
			found = append(found, numbers(v)...)
		case strings.Contains(operator, "date"):
			found = append(found, dates(v)...)
		case strings.Contains(operator, "ipaddress"):
			found = append(found, addresses(v)...)
		case strings.Contains(operator, "like"), strings.Contains(operator, "arn"):
			found = append(found, instance(v, ctx, true)...)
		case strings.Contains(operator, "string"):
			if !strings.Contains(v, "*") || v == "*" { // it was meant to be a pattern
				found = append(found, instance(v, ctx, false)...)
			}
		default:
			found = append(found, v)
		}
	}
	return found
}

// numbers are one and its neighbours.
func numbers(v string) []string {
	n, err := strconv.ParseFloat(v, 64)
	if err != nil {
		return nil
	}
	step := 1.0
	if n != math.Trunc(n) {
		step = 0.1 // a version of TLS
	}
	return []string{v, decimal(n - step), decimal(n + step)}
}

func decimal(n float64) string { return strconv.FormatFloat(math.Round(n*10)/10, 'f', -1, 64) }

// dates are one, and the seconds beside it.
func dates(v string) []string {
	at, err := time.Parse(time.RFC3339, v)
	if err != nil {
		return nil
	}
	return []string{v, at.Add(time.Second).Format(time.RFC3339), at.Add(-time.Second).Format(time.RFC3339)}
}

// instance is the shortest text that a pattern lets through, with the request's values for its
// variables; none where it has one of them not.
func instance(pattern string, ctx *policy.Context, wildcards bool) []string {
	var b strings.Builder
	for rest := pattern; rest != ""; {
		literal, variable, found := strings.Cut(rest, "${")
		if wildcards {
			literal = strings.NewReplacer("*", "", "?", "x").Replace(literal)
		}
		b.WriteString(literal)
		if rest = ""; !found {
			break
		}
		name, after, _ := strings.Cut(variable, "}")
		b.WriteString(variableOf(name, ctx))
		rest = after
	}
	if b.Len() == 0 {
		return nil
	}
	return []string{b.String()}
}

// variableOf is what a policy variable comes to: "key", "key, 'default'", or a character that stands
// for itself.
func variableOf(name string, ctx *policy.Context) string {
	key, fallback, _ := strings.Cut(name, ",")
	if values, ok := ctx.Get(strings.TrimSpace(key)); ok && len(values) == 1 {
		return values[0]
	}
	if len(name) == 1 {
		return name
	}
	return strings.Trim(strings.TrimSpace(fallback), "'")
}
