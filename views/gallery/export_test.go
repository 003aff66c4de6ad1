package gallery

// ForeignCards are the cards that [Foreign] shows.
var ForeignCards = foreignCards
