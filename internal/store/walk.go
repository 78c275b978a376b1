package store

import (
	"strings"

	"github.com/tidwall/btree"
)

// span is the part of an ordered index that a list is about, in the order of the
// keys' bytes, which is that of UTF-8.
type span struct {
	prefix    string
	delimiter string // any string; empty: no common prefixes
	after     string // common prefixes up to and with this one were listed before
	from      string // the first key to look at, if that is beyond the prefix
}

// visitor takes what a walk finds, in order, until it answers false.
type visitor[V any] struct {
	visible func(V) bool // whether a key counts at all
	item    func(V) bool
	group   func(prefix string) bool // a common prefix
}

// Entries is what every page of keys has.
type Entries struct {
	Prefixes  []string // common prefixes, in the order of their bytes
	Truncated bool     // there is more

	room int // for how many entries more
}

// take counts one entry more, unless the page is full.
func (p *Entries) take() bool {
	p.Truncated = p.room == 0
	p.room--
	return !p.Truncated
}

// takePrefix is take for a common prefix.
func (p *Entries) takePrefix(prefix string) bool {
	if !p.take() {
		return false
	}
	p.Prefixes = append(p.Prefixes, prefix)
	return true
}

// walk visits the span at a cost of O(log n) for where it begins and for each
// common prefix, whatever number of keys lies below it.
func walk[V any](m *btree.Map[string, V], s span, v visitor[V]) {
	var passed string // a common prefix that is done with; empty: the walk ended otherwise
	visit := func(key string, value V) bool {
		if !strings.HasPrefix(key, s.prefix) {
			return false
		}
		group, grouped := s.group(key)
		switch {
		case grouped && group <= s.after:
			passed = group
			return false
		case !v.visible(value):
			return true
		case !grouped:
			return v.item(value)
		case v.group(group):
			passed = group
		}
		return false
	}
	m.Ascend(max(s.prefix, s.from), visit)
	for passed != "" {
		group := passed
		passed = ""
		ascendPast(m, group, visit)
	}
}

// group is the common prefix under which a key is listed, if it is: up to and
// with the first delimiter behind the prefix that was asked for.
func (s span) group(key string) (string, bool) {
	if s.delimiter == "" {
		return "", false
	}
	i := strings.Index(key[len(s.prefix):], s.delimiter)
	if i < 0 {
		return "", false
	}
	return key[:len(s.prefix)+i+len(s.delimiter)], true
}

// ascendPast visits the keys behind all that begin with prefix.
func ascendPast[V any](m *btree.Map[string, V], prefix string, visit func(string, V) bool) {
	last := len(prefix) - 1
	for last >= 0 && prefix[last] == 0xff {
		last--
	}
	if last >= 0 { // nothing is behind a prefix of 0xFF alone
		m.Ascend(prefix[:last]+string([]byte{prefix[last] + 1}), visit)
	}
}
