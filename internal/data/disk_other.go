//go:build !windows

package data

const syncsFolders = true
