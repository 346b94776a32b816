# Reads a file of docs/format/index.md in base R, without any package, and prints the game in it.
# Rscript read_negotiation.R FILE
# It shows that a second program can read them: numbers come as doubles, a text "p/q" as its quotient.

parse_json <- function(text) {
  chars <- strsplit(text, "")[[1]]
  at <- 1L
  peek <- function() {
    while (at <= length(chars) && grepl("^[ \t\r\n]$", chars[at])) at <<- at + 1L
    if (at > length(chars)) stop("the file ends too early")
    chars[at]
  }
  expect <- function(mark) {
    if (peek() != mark) stop(sprintf("'%s' is needed at character %d; got '%s'", mark, at, chars[at]))
    at <<- at + 1L
  }
  text_value <- function() {
    expect('"')
    found <- character()
    while (chars[at] != '"') {
      one <- chars[at]
      if (one == "\\") {
        at <<- at + 1L
        one <- switch(chars[at], n = "\n", t = "\t", r = "\r", b = "\b", f = "\f", u = {
          code <- strtoi(paste(chars[at + 1:4], collapse = ""), 16L)
          at <<- at + 4L
          intToUtf8(code)
        }, chars[at])
      }
      found <- c(found, one)
      at <<- at + 1L
    }
    at <<- at + 1L
    paste(found, collapse = "")
  }
  sequence <- function(open, close, read) {
    expect(open)
    found <- list()
    while (peek() != close) {
      found <- read(found)
      if (peek() == ",") at <<- at + 1L else if (peek() != close) stop("',' is needed")
    }
    at <<- at + 1L
    found
  }
  value <- function() {
    first <- peek()
    if (first == '"') return(text_value())
    if (first == "[") return(sequence("[", "]", function(found) c(found, list(value()))))
    if (first == "{") {
      return(sequence("{", "}", function(found) {
        peek()
        name <- text_value()
        expect(":")
        found[[name]] <- value()
        found
      }))
    }
    start <- at
    while (at <= length(chars) && grepl("^[-+.0-9a-zA-Z]$", chars[at])) at <<- at + 1L
    word <- paste(chars[start:(at - 1L)], collapse = "")
    switch(word, true = TRUE, false = FALSE, null = NULL, as.numeric(word))
  }
  found <- value()
  while (at <= length(chars)) {
    if (!grepl("^[ \t\r\n]$", chars[at])) stop("there is more than one value")
    at <- at + 1L
  }
  found
}

number <- function(x) {
  if (is.numeric(x)) return(x)
  parts <- as.numeric(strsplit(x, "/", fixed = TRUE)[[1]])
  if (length(parts) == 2) parts[1] / parts[2] else parts
}

# The payoffs of a stage game as an array: an axis for each player's actions, and one for whose payoff it is.
stage_game <- function(given) {
  players <- unlist(given$players)
  actions <- lapply(given$actions, unlist)
  rows <- vapply(given$payoffs, function(row) vapply(row, number, 0), numeric(length(players)))
  counts <- lengths(actions)
  # In the file the last player's action moves fastest, in R the first index does.
  found <- array(t(rows), c(rev(counts), length(players)))
  found <- aperm(found, c(rev(seq_along(counts)), length(counts) + 1L))
  dimnames(found) <- c(actions, list(players))
  found
}

read_negotiation <- function(path) {
  given <- parse_json(paste(readLines(path, encoding = "UTF-8", warn = FALSE), collapse = "\n"))
  if (!identical(given$format, "negotiation") || given$version != 1) stop("format: negotiation 1 is needed")
  game <- if (is.null(given$game)) given else given$game
  states <- switch(game$kind,
    "stage game" = list(stage_game(game)),
    "repeated game" = list(stage_game(game$stage)),
    "stochastic game" = setNames(
      lapply(game$states, function(row) stage_game(row$game)),
      vapply(game$states, function(row) row$state, "")
    ),
    stop(sprintf("kind: a game or a certificate is needed; got %s", game$kind))
  )
  delta <- if (is.null(game$discount_factor)) NULL else vapply(as.list(game$discount_factor), number, 0)
  list(kind = game$kind, payoffs = states, discount_factor = delta, claims = given$claims)
}

arguments <- commandArgs(trailingOnly = TRUE)
if (length(arguments) == 1) print(read_negotiation(arguments))
