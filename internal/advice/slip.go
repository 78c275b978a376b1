package advice

import (
	"strings"
	"unicode"

	"github.com/s3fault/s3fault/internal/nearest"
)

// slip says whether what is written is what was meant but for a slip of the pen: another case; a
// separator too many, too few or another; or, in a part of it, a letter or two that are wrong,
// missing, too many or swapped. Numbers are no slips: logs-2023 is not logs-2024.
func slip(written, meant string) bool {
	if written == meant || written == "" || meant == "" {
		return false
	}
	if strings.EqualFold(written, meant) || strings.EqualFold(unseparated(written), unseparated(meant)) {
		return true
	}
	a, b := parts(written), parts(meant)
	if len(a) != len(b) {
		return false
	}
	wrong := 0
	for i := range a {
		if a[i] == b[i] {
			continue
		}
		if wrong++; !typo(a[i], b[i]) {
			return false
		}
	}
	return wrong == 1
}

// isSeparator says whether a letter stands between the parts of a name.
func isSeparator(r rune) bool { return strings.ContainsRune("/: \t", r) }

func parts(s string) []string {
	return strings.Split(strings.Map(func(r rune) rune {
		if isSeparator(r) {
			return '/'
		}
		return r
	}, s), "/")
}

// unseparated is a text without separators and what stands for them.
func unseparated(s string) string {
	return strings.Map(func(r rune) rune {
		if isSeparator(r) || r == '-' || r == '_' || r == '.' {
			return -1
		}
		return r
	}, s)
}

// typo says whether two parts of a name differ as little as a typing mistake has them.
func typo(a, b string) bool {
	if digits(a) != digits(b) {
		return isAccount(b) && misdialled(a, b)
	}
	shorter := min(len(a), len(b))
	most := allowed(shorter)
	return shorter >= 4 && nearest.Edits(strings.ToLower(a), strings.ToLower(b), most+1) <= most
}

// allowed is how many typing mistakes a word of some letters may have.
func allowed(letters int) int {
	switch {
	case letters >= 12:
		return 3
	case letters >= 7:
		return 2
	}
	return 1
}

func digits(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsDigit(r) {
			return r
		}
		return -1
	}, s)
}

// isAccount says whether it is the number of an account.
func isAccount(s string) bool { return len(s) == 12 && digits(s) == s }

// misdialled says whether a is the account's number with two neighbours swapped, a digit too many or
// too few, or the dashes with which the console prints it.
func misdialled(a, account string) bool {
	bare := strings.ReplaceAll(a, "-", "")
	if digits(bare) != bare || bare == "" {
		return false
	}
	if bare == account {
		return true
	}
	n := nearest.Edits(bare, account, 2)
	if len(bare) != len(account) {
		return n == 1
	}
	return n == 1 && swapped(bare, account)
}

// swapped says whether two neighbours are in each other's place.
func swapped(a, b string) bool {
	for i := 0; i+1 < len(a); i++ {
		if a[:i] == b[:i] && a[i] == b[i+1] && a[i+1] == b[i] && a[i+2:] == b[i+2:] {
			return true
		}
	}
	return false
}
