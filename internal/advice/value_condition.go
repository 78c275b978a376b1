package advice

import (
	"maps"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/s3fault/s3fault/policy"
)

// condition corrects what a statement says of one condition key under an operator: a value, the
// operator, or the key.
func (w *wrong) condition(st statement, operator, key string) []mending {
	as, written, ok := clauseIn(st, operator, key)
	if !ok {
		return nil
	}
	seen, there := w.q.Context.Get(key)
	element := "Condition." + as.operator + "." + as.key
	var all []mending
	if there && len(seen) == 1 {
		put := func(list []string) statement { return st.move(as, as, list) }
		all = append(all, w.operators(st, as, written, seen[0])...)
		all = append(all, w.inverted(st, as, written, seen[0])...)
		all = append(all, w.inList(st, element, written, seen[0], valueHairs, put)...)
	}
	return append(all, w.otherKeys(st, as, written, there)...)
}

// valueHairs are the ways in which the value of a condition is wrong by a hair.
var valueHairs = []hair{
	(*wrong).sealedObject, userID, ofSession, pathless, otherKind, viaRegion, ofAccount, beside, below, elsewhere,
	regionless, (*wrong).aliased, otherKey,
	maskless, overdue, (*wrong).respelled, otherVariable,
}

// overdue: a day until which something was good has passed.
func overdue(_ *wrong, written, seen string) (mend, bool) {
	until, err := time.Parse(time.RFC3339, written)
	now, wrong := time.Parse(time.RFC3339, seen)
	if err != nil || wrong != nil || !until.Before(now) {
		return mend{}, false
	}
	month := now.AddDate(0, 0, 31).Truncate(24 * time.Hour).Format(time.RFC3339)
	return mend{value: month, why: "which has passed; until when it is to be good is yours to say"}, true
}

// keyed is an operator and a key of a Condition, as they are written.
type keyed struct{ operator, key string }

// clauseIn finds a clause by its names, whatever their case, and its values.
func clauseIn(st statement, operator, key string) (keyed, []string, bool) {
	for _, c := range clausesOf(st, today) {
		if strings.EqualFold(c.operator, operator) && strings.EqualFold(c.key, key) {
			return keyed{c.operator, c.key}, c.values, true
		}
	}
	return keyed{}, nil, false
}

// move is the statement with other values for a clause, or with the clause under another operator or
// for another key.
func (s statement) move(from, to keyed, wanted []string) statement {
	block, _ := s["Condition"].(map[string]any)
	block = maps.Clone(block)
	keys, _ := block[from.operator].(map[string]any)
	keys = maps.Clone(keys)
	delete(keys, from.key)
	block[from.operator] = keys
	target, _ := block[to.operator].(map[string]any)
	if target = maps.Clone(target); target == nil {
		target = map[string]any{}
	}
	target[to.key] = values(append(list(target[to.key]), wanted...))
	if block[to.operator] = target; len(keys) == 0 && from.operator != to.operator {
		delete(block, from.operator)
	}
	return s.having("Condition", block)
}

// operators corrects the operator: one that takes no patterns for values that are, or that compares
// texts for addresses.
func (w *wrong) operators(st statement, as keyed, written []string, seen string) []mending {
	var all []mending
	for i, v := range written {
		switch {
		case strings.ContainsAny(v, "*?") && w.lets(v, seen):
			all = append(all, w.compared(st, as, patterned, written, seen, "which takes a * for a letter like any other")...)
		case isTag(as.key) && strings.Contains(v, "${"):
			all = append(all, w.folded(st, as, written, v, seen)...)
		case inNetwork(v, seen):
			all = append(all, w.compared(st, as, ranged, written, seen, "which compares texts and knows no ranges")...)
		case !isID(as.key):
			all = append(all, w.lengthened(st, as, written, i, seen)...)
		}
	}
	return all
}

// patterned, caseless and ranged are operators for patterns, for texts whose case does not count, and for
// ranges of addresses, in the place of those that compare texts.
var (
	patterned = map[string]string{"stringequals": "StringLike", "stringnotequals": "StringNotLike"}
	caseless  = map[string]string{
		"stringequals": "StringEqualsIgnoreCase", "stringnotequals": "StringNotEqualsIgnoreCase",
	}
	ranged = map[string]string{
		"stringequals": "IpAddress", "stringlike": "IpAddress", "stringnotequals": "NotIpAddress",
		"stringnotlike": "NotIpAddress",
	}
)

// folded is the statement under an operator that takes capitals for small letters, where the tag that a
// variable stands for, and the tag that is there, differ in nothing else.
func (w *wrong) folded(st statement, as keyed, written []string, v, seen string) []mending {
	c := clause{compiled: compiled(w.version, "StringEqualsIgnoreCase", probe, v)}
	ctx := w.q.Context.Clone()
	ctx.Set(probe, seen)
	if w.lets(v, seen) || c.compiled == nil || !c.holds(ctx) {
		return nil
	}
	return w.compared(st, as, caseless, written, seen, "as the tags differ in their capitals alone")
}

// isTag says whether a condition key is a tag.
func isTag(key string) bool { return strings.HasSuffix(familyOf(key), "tag/") }

// compared is the statement with another operator for the clause; none: it has no such one.
func (w *wrong) compared(st statement, as keyed, by map[string]string, values []string, seen, why string) []mending {
	operator, ok := under(as.operator, by)
	if !ok {
		return nil
	}
	return []mending{{st.move(as, keyed{operator, as.key}, values), []fix{{
		element: "Condition", wanted: as.operator + " " + as.key, seen: seen, corrected: operator + " " + as.key, why: why,
	}}}}
}

// lengthened is the statement with a * at the end of a value and, where it takes none, under an
// operator that does.
func (w *wrong) lengthened(st statement, as keyed, written []string, i int, seen string) []mending {
	m, ok := longer(w, written[i], seen)
	if !ok || strings.EqualFold(written[i], seen) {
		return nil
	}
	values := slices.Clone(written)
	values[i] = m.value
	f := fix{element: "Condition." + as.operator + "." + as.key, wanted: written[i], seen: seen,
		corrected: m.value, why: m.why}
	operator, changed := under(as.operator, patterned)
	if changed {
		f.why += ", and " + operator + ", which takes one"
	}
	return []mending{{st.move(as, keyed{operator, as.key}, values), []fix{f}}}
}

// under is an operator with another base, whatever stands around it; false: it has no such one.
func under(operator string, by map[string]string) (string, bool) {
	folded := strings.ToLower(operator)
	start := strings.IndexByte(folded, ':') + 1
	base := strings.TrimSuffix(folded[start:], "ifexists")
	to, ok := by[base]
	if !ok {
		return operator, false
	}
	return operator[:start] + to + operator[start+len(base):], true
}

// isID says whether the values of a key are ids, of which none is the beginning of another.
func isID(key string) bool {
	switch familyOf(key) {
	case "aws:sourcevpc", "aws:sourcevpce", "aws:principalorgid", "aws:principalaccount", "aws:sourceaccount",
		"aws:username",
		"aws:resourceaccount", "s3:versionid", "kms:viaservice", "aws:userid", "kms:calleraccount", "s3:resourceaccount":
		return true
	}
	return false
}

func first(all []string) string {
	if len(all) == 0 {
		return ""
	}
	return all[0]
}

// inNetwork says whether an address is in a range, or is the address.
func inNetwork(network, address string) bool {
	a, err := netip.ParseAddr(address)
	if err != nil {
		return false
	}
	p, err := netip.ParsePrefix(network)
	return err == nil && p.Contains(a)
}

// inverted: a condition on TLS says the opposite of what it means, in an Allow that wants requests without
// it, or in a Deny of requests with it.
func (w *wrong) inverted(st statement, as keyed, written []string, seen string) []mending {
	if !strings.EqualFold(as.key, "aws:SecureTransport") || len(written) != 1 || seen != "true" {
		return nil
	}
	good := "true"
	if st[effectElement] == "Deny" {
		good = "false"
	}
	if strings.EqualFold(written[0], good) {
		return nil
	}
	return []mending{{st.move(as, as, []string{good}), []fix{{
		element: "Condition." + as.operator + "." + as.key, wanted: written[0], seen: seen, corrected: good,
		why: "as requests without TLS are those that are meant to be refused",
	}}}}
}

// userID: the aws:userid of a session is the id of its role, a colon, and the session's name.
func userID(_ *wrong, written, seen string) (mend, bool) {
	if !strings.HasPrefix(written, "A") || !strings.HasPrefix(seen, written+":") {
		return mend{}, false
	}
	return mend{value: written + ":*", why: "as aws:userid goes on behind the role's id, with the session's name"}, true
}

// maskless: the address of a network stands there, without how many bits of it count.
func maskless(_ *wrong, written, seen string) (mend, bool) {
	a, err := netip.ParseAddr(written)
	if err != nil || !a.Is4() {
		return mend{}, false
	}
	for _, n := range []struct{ end, bits string }{{".0.0.0", "/8"}, {".0.0", "/16"}, {".0", "/24"}} {
		if strings.HasSuffix(written, n.end) && inNetwork(written+n.bits, seen) {
			return mend{value: written + n.bits, why: "which is a network, with the bits that count"}, true
		}
	}
	return mend{}, false
}

// sealedObject: with a Bucket Key the encryption context has the bucket's ARN, and without one the object's.
func (w *wrong) sealedObject(written, seen string) (mend, bool) {
	bucket, key := bucketAndKey(seen)
	other, _ := bucketAndKey(written)
	switch {
	case !strings.HasPrefix(w.q.Action, "kms:") || bucket == "" || bucket != other:
	case key == "" && strings.HasPrefix(written, seen+"/"):
		return mend{value: seen, why: "as the bucket has a Bucket Key, with which the encryption context is the " +
			"bucket's ARN"}, true
	case written == seen[:len(seen)-len(key)-1] && key != "":
		return mend{value: written + "/*", why: "as the bucket has no Bucket Key, and the encryption context is the " +
			"object's ARN"}, true
	}
	return mend{}, false
}

// viaRegion: the service is right, and its region is not.
func viaRegion(_ *wrong, written, seen string) (mend, bool) {
	const end = ".amazonaws.com"
	service, _, ok := strings.Cut(strings.TrimSuffix(written, end), ".")
	of, region, _ := strings.Cut(strings.TrimSuffix(seen, end), ".")
	if !strings.HasSuffix(seen, end) || !strings.HasSuffix(written, end) || service != of || region == "" {
		return mend{}, false
	}
	if !ok {
		return mend{value: seen, why: "with the region"}, true
	}
	return mend{value: seen, why: "as the service asks from " + region}, true
}

// beside: a beginning with its slash lets everything below through, and not the folder itself.
func beside(w *wrong, written, seen string) (mend, bool) {
	plain, ok := strings.CutSuffix(written, "/*")
	if !ok || strings.ContainsAny(plain, "*?") || !w.lets(plain, strings.TrimSuffix(seen, "/")) {
		return mend{}, false
	}
	return mend{value: strings.TrimSuffix(seen, "/"), beside: true, why: "for the folder itself, without a slash"}, true
}

// swaps are condition keys that are taken for each other. Those that end in / are families.
var swaps = [][]string{
	{"aws:SourceIp", "aws:VpcSourceIp"}, {"aws:SourceVpc", "aws:SourceVpce"}, {"aws:userid", "aws:username"},
	{"aws:SourceArn", "aws:PrincipalArn"}, {"aws:SourceAccount", "aws:PrincipalAccount"},
	{"aws:PrincipalOrgID", "aws:SourceOrgID"}, {"aws:PrincipalTag/", "aws:RequestTag/"},
	{"s3:RequestObjectTag/", "aws:RequestTag/"}, {"s3:ExistingObjectTag/", "aws:ResourceTag/"},
	{"s3:ExistingObjectTag/", "s3:ResourceTag/"},
}

// otherKeys corrects the key: one that requests of this kind do not have, for one that has what is wanted.
func (w *wrong) otherKeys(st statement, as keyed, written []string, there bool) []mending {
	var all []mending
	for _, key := range w.instead(as.key) {
		if there && !misplaced(as.key, first(written)) {
			continue
		}
		f := fix{
			element: "Condition." + as.operator, wanted: as.key, corrected: key,
			seen: as.key + " " + seenAs(w.q.Context, as.key), why: whyKey(as.key, key, there),
		}
		good := st.move(as, keyed{as.operator, key}, written)
		if f.beside = eitherWay(st, as); f.beside {
			good = st.where(as.operator, key, written...)
		}
		all = append(all, mending{good, []fix{f}})
	}
	return append(all, w.orgPaths(st, as, written)...)
}

// eitherWay says whether a Deny spares addresses: requests over the internet and through a VPC endpoint each
// have one of the two keys, so that it spares both where it has both.
func eitherWay(st statement, as keyed) bool {
	folded := strings.ToLower(as.key)
	return st[effectElement] == "Deny" && strings.Contains(strings.ToLower(as.operator), "not") &&
		(folded == "aws:sourceip" || folded == "aws:vpcsourceip")
}

// orgPaths: the id of an organization stands in aws:PrincipalOrgID, and its paths elsewhere.
func (w *wrong) orgPaths(st statement, as keyed, written []string) []mending {
	id, _, ok := strings.Cut(first(written), "/")
	if !ok || !strings.EqualFold(as.key, "aws:PrincipalOrgID") || len(written) != 1 {
		return nil
	}
	f := fix{element: "Condition", wanted: as.operator + " " + as.key + ": " + written[0],
		seen: seenAs(w.q.Context, as.key)}
	to := keyed{"ForAnyValue:StringLike", "aws:PrincipalOrgPaths"}
	paths, one := f, f
	paths.corrected, paths.why = to.operator+" "+to.key+": "+written[0], "which is a path, and not the id of the "+
		"organization"
	one.corrected, one.why = as.operator+" "+as.key+": "+id, paths.why
	return []mending{{st.move(as, to, written), []fix{paths}}, {st.move(as, as, []string{id}), []fix{one}}}
}

// instead are the keys for which one may have been taken.
func (w *wrong) instead(key string) []string {
	var all []string
	for _, pair := range swaps {
		for i, name := range pair {
			if tag, ok := cutFold(key, name); ok && (tag == "") == !strings.HasSuffix(name, "/") {
				all = append(all, pair[1-i]+tag)
			}
		}
	}
	if !policy.IsGlobalKey(key) && policy.KeyApplies(w.q.Action, key) != policy.Evaluable {
		if near := policy.NearestKey(key); near != "" && slip(key, near) {
			all = append(all, near)
		}
	}
	return all
}

// cutFold is strings.CutPrefix without regard to case.
func cutFold(s, prefix string) (string, bool) {
	if len(s) < len(prefix) || !strings.EqualFold(s[:len(prefix)], prefix) {
		return s, false
	}
	return s[len(prefix):], true
}

// misplaced says whether a value has the form of those of another key.
func misplaced(key, value string) bool {
	switch strings.ToLower(key) {
	case "aws:sourcevpc":
		return strings.HasPrefix(value, "vpce-")
	case "aws:sourcevpce":
		return strings.HasPrefix(value, "vpc-")
	case "aws:userid":
		return !strings.HasPrefix(value, "A") || len(value) < 16
	case "aws:username":
		return strings.HasPrefix(value, "AIDA")
	}
	return false
}

func seenAs(ctx *policy.Context, key string) string {
	if values, ok := ctx.Get(key); ok {
		return strings.Join(values, ", ")
	}
	return policy.Absent
}

func whyKey(key, good string, there bool) string {
	switch {
	case strings.EqualFold(good, "aws:VpcSourceIp"):
		return "which requests through a VPC endpoint do not have: the address in the VPC is aws:VpcSourceIp"
	case strings.EqualFold(good, "aws:SourceIp"):
		return "which only requests through a VPC endpoint have: over the internet the address is aws:SourceIp"
	case there:
		return "whose values have another form"
	}
	return "which this request does not have"
}
