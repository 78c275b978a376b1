// Package floors holds the map of the house: which package stands on which floor
// and who may import whom. It is all test; nothing imports it.
package floors
