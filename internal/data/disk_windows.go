package data

const syncsFolders = false
