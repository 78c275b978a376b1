package shell

import (
	"encoding/json"
	"regexp"
	"strings"
)

// Formats are the names of the files that Format writes.
func Formats() []string { return []string{"dotenv", "json"} }

// Format is the settings for programs that read a file of variables: lines of
// NAME=value, or one JSON object. Such a file cannot take a variable away.
func Format(format string, settings []Setting) (string, error) {
	values := map[string]string{}
	var lines strings.Builder
	for _, s := range settings {
		if !s.Unset {
			values[s.Name] = s.Value
			lines.WriteString(s.Name + "=" + dotenvValue(s.Value) + "\n")
		}
	}
	if format == "dotenv" {
		return lines.String(), nil
	}
	text, err := json.MarshalIndent(values, "", "  ")
	return string(text) + "\n", err
}

// plainValue needs no quotes in a .env file, which not every reader takes off.
var plainValue = regexp.MustCompile(`^[A-Za-z0-9_./:,~@%+=-]*$`)

var dotenvSigns = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "$", `\$`, "`", "\\`", "\n", `\n`, "\r", `\r`)

func dotenvValue(text string) string {
	if plainValue.MatchString(text) {
		return text
	}
	return `"` + dotenvSigns.Replace(text) + `"`
}
