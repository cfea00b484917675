/// How many doubles the widest vectors of this processor hold, of those that are compiled for: 2, 4 or 8.
int idql_lanes_supported(void);
