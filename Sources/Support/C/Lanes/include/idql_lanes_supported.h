/// Number of doubles in the widest vectors of this processor that the lanes are compiled for: 2, 4
/// or 8.
int idql_lanes_supported(void);
