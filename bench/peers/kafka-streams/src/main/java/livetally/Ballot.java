package livetally;

/** What counting needs of a ballot: where it goes in each view, and which counts it raises. */
record Ballot(String place, String age, long castAt, short[] marks) {}
