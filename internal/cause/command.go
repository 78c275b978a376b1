package cause

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// Command is a command as a shell of the kind of sh takes it, each word by itself.
func Command(words ...string) string {
	quoted := make([]string, len(words))
	for i, w := range words {
		quoted[i] = word(w)
	}
	return strings.Join(quoted, " ")
}

// OnObject is a call of s3api about an object; empty where the AWS CLI would take the key for the
// name of a file to read, or where no command can have it.
func OnObject(call, bucket, key string, more ...string) string {
	if strings.HasPrefix(key, "file://") || strings.HasPrefix(key, "fileb://") || strings.Contains(key, "\x00") {
		return ""
	}
	option := []string{"--key", key}
	if strings.HasPrefix(key, "-") {
		option = []string{"--key=" + key} // no option of its own
	}
	return Command(slices.Concat([]string{"aws", "s3api", call, "--bucket", bucket}, option, more)...)
}

// word is a value that a shell takes for one word. Control characters are escaped as bash and zsh
// read them: no terminal may obey what a request brought.
func word(value string) string {
	switch {
	case value != "" && strings.Trim(value, plain) == "":
		return value
	case strings.ContainsFunc(value, unsafe):
		return "$'" + escaped(value) + "'"
	}
	return Quote(value)
}

// Quote is a text as one word of sh and its like.
func Quote(text string) string { return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'" }

func unsafe(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) }

func escaped(value string) string {
	var b strings.Builder
	for _, r := range value {
		switch {
		case r == '\'' || r == '\\':
			b.WriteString(`\` + string(r))
		case unsafe(r):
			for _, c := range []byte(string(r)) {
				fmt.Fprintf(&b, `\%03o`, c)
			}
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// plain are the characters that mean nothing to a shell, wherever they stand.
const plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./=:@%+,"
