package launch

import (
	"os/exec"
	"path/filepath"
	"strings"
)

// cutPath is the folders of a variable that is PATH.
func cutPath(variable string) (folders string, ok bool) {
	name, folders, _ := strings.Cut(variable, "=")
	return folders, strings.EqualFold(name, "PATH")
}

// find is the program of that name in the folders; one with a folder in its name is taken as it
// is. Error: there is none, in exec's words.
func find(name, folders string) (string, error) {
	if filepath.Base(name) != name {
		return exec.LookPath(name)
	}
	for _, folder := range filepath.SplitList(folders) {
		if folder == "" {
			continue // the present one is no place for programs
		}
		if path, err := exec.LookPath(filepath.Join(folder, name)); err == nil {
			return path, nil
		}
	}
	return "", &exec.Error{Name: name, Err: exec.ErrNotFound}
}
