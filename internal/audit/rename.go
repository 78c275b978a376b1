package audit

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

var (
	inARN     = regexp.MustCompile(`arn:aws[a-z-]*:[^:"]*:[^:"]*:([0-9]{12})[:/]`)
	anAccount = regexp.MustCompile(`^[0-9]{12}$`)
	aWord     = regexp.MustCompile(`[0-9A-Za-z]+`)
)

// renamed is JSON in which every account is another one: 111111111111 is the first that it
// names, 222222222222 the second; the same number is the same account everywhere.
func renamed(text []byte) []byte {
	var whole any
	if json.Unmarshal(text, &whole) != nil {
		return text // it has nothing to be renamed in
	}
	names := accounts{}
	names.in("", whole)
	return aWord.ReplaceAllFunc(text, func(word []byte) []byte {
		if name := names[string(word)]; name != "" {
			return []byte(name)
		}
		return word
	})
}

// accounts are the new numbers by the old.
type accounts map[string]string

// in notes those of a value and of all below it, under the name that it has. An account is known
// by an ARN that has it, or where a text is nothing but its number and not the key of an object,
// which may be the minute of a backup: 202612010805.
func (a accounts) in(name string, value any) {
	switch v := value.(type) {
	case map[string]any:
		for _, member := range slices.Sorted(maps.Keys(v)) {
			a.text(name == "objects" || name == "refused", member)
			a.in(member, v[member])
		}
	case []any:
		for _, item := range v {
			a.in(name, item)
		}
	case string:
		a.text(name == "key", v)
	}
}

func (a accounts) text(isKey bool, text string) {
	for _, found := range inARN.FindAllStringSubmatch(text, -1) {
		a.note(found[1])
	}
	if !isKey && anAccount.MatchString(text) {
		a.note(text)
	}
}

func (a accounts) note(number string) {
	if a[number] == "" {
		a[number] = newAccount(len(a))
	}
}

// newAccount is the number that stands for the nth account.
func newAccount(n int) string {
	if n < 9 {
		return strings.Repeat(string(rune('1'+n)), 12)
	}
	return fmt.Sprintf("1%011d", n)
}
