package shell

import (
	"fmt"
	"strings"

	"github.com/s3fault/s3fault/emulator"
)

// powerShell is PowerShell on any system. A variable that is set to nothing is
// gone there, so that an empty value and none are one.
type powerShell struct{}

func (p powerShell) Enter(sc *emulator.Scenario, settings []Setting) string {
	return p.Leave() + `$global:S3FaultKept = ` + emptyTable + `
foreach ($name in ` + p.list(touched()) + `) {
  if (Test-Path "Env:$name") { $global:S3FaultKept[$name] = (Get-Item "Env:$name").Value }
}
$env:S3FAULT_KEPT = '1'
` + p.lines("", settings) + p.function(sc)
}

func (p powerShell) Leave() string {
	return `if ($env:S3FAULT_KEPT) {
  foreach ($name in ` + p.list(touched()) + `) {
    Remove-Item "Env:$name" -ErrorAction SilentlyContinue
    if ($global:S3FaultKept -and $global:S3FaultKept[$name]) { Set-Item "Env:$name" $global:S3FaultKept[$name] }
  }
  $global:S3FaultKept = $null
  Remove-Item Env:S3FAULT_KEPT, Function:aws -ErrorAction SilentlyContinue
}
`
}

// emptyTable tells HTTP_PROXY from http_proxy, as systems do that are not Windows.
const emptyTable = `New-Object System.Collections.Hashtable ([StringComparer]::Ordinal)`

func (p powerShell) function(sc *emulator.Scenario) string {
	if sc == nil {
		return ""
	}
	var names []string
	for _, s := range forAWS(sc) {
		names = append(names, s.Name)
	}
	return `function global:aws {
  $before = ` + emptyTable + `
  foreach ($name in ` + p.list(names) + `) { $before[$name] = [Environment]::GetEnvironmentVariable($name) }
  try {
` + p.lines("    ", forAWS(sc)) + `    $real = Get-Command aws -CommandType Application -TotalCount 1
    & $real --endpoint-url ` + p.quote(sc.Endpoint) + ` @args
  } finally {
    foreach ($name in @($before.Keys)) {
      Remove-Item "Env:$name" -ErrorAction SilentlyContinue
      if ($before[$name]) { Set-Item "Env:$name" $before[$name] }
    }
  }
}
`
}

func (p powerShell) lines(indent string, settings []Setting) string {
	var b strings.Builder
	for _, s := range settings {
		if s.Unset || s.Value == "" {
			fmt.Fprintf(&b, "%sRemove-Item Env:%s -ErrorAction SilentlyContinue\n", indent, s.Name)
		} else {
			fmt.Fprintf(&b, "%s$env:%s = %s\n", indent, s.Name, p.quote(s.Value))
		}
	}
	return b.String()
}

func (p powerShell) list(names []string) string { return "'" + strings.Join(names, "', '") + "'" }

func (powerShell) quote(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }
