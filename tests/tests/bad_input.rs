//! Bad input over real sockets: it always gets the dialect's own clear no, and changes nothing.

mod bad_input {
    mod addresses;
    mod bodies;
    mod hall;
    mod mutation;
    mod parameters;
    mod shapes;
    mod transport;
    mod wire;
}
