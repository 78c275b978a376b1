package audit

import (
	"fmt"
	"regexp"
	"strings"
)

// An account is known by an ARN that has it, or where a text is nothing but its number.
var (
	accountOf = regexp.MustCompile(`arn:aws[a-z-]*:[^:"]*:[^:"]*:([0-9]{12})[:/]|"([0-9]{12})"`)
	aWord     = regexp.MustCompile(`[0-9A-Za-z]+`)
)

// renamed is JSON in which every account is another one: 111111111111 is the first that it
// names, 222222222222 the second; the same number is the same account everywhere.
func renamed(text []byte) []byte {
	names := map[string]string{}
	for _, found := range accountOf.FindAllSubmatch(text, -1) {
		if number := string(found[1]) + string(found[2]); names[number] == "" {
			names[number] = newAccount(len(names))
		}
	}
	return aWord.ReplaceAllFunc(text, func(word []byte) []byte {
		if name := names[string(word)]; name != "" {
			return []byte(name)
		}
		return word
	})
}

// newAccount is the number that stands for the nth account.
func newAccount(n int) string {
	if n < 9 {
		return strings.Repeat(string(rune('1'+n)), 12)
	}
	return fmt.Sprintf("1%011d", n)
}
