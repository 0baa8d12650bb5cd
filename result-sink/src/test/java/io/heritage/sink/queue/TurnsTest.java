package io.heritage.sink.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.heritage.schemas.Lane;
import io.heritage.sink.Samples;
import io.heritage.transport.kafka.Topics;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TurnsTest {
    private static final String LANE = Topics.jobs(Samples.ENDPOINT, Lane.HIGH);
    private static final String WAITING = Topics.waiting(LANE);

    private int room = 1;
    private final Turns turns = new Turns(_ -> room, 2);
    private final Partition one = new Partition();
    private final Partition other = new Partition();
    private long inLane;

    /** A partition of the fold with the places of its jobs. */
    private final class Partition {
        final WaitingPlaces places = new WaitingPlaces();
        final Turns.Seat seat = turns.begin(places);

        void waits(String owner, long offset) {
            var place = new QueuePlace(WAITING, offset);
            places.add(place);
            seat.waits(place, owner);
        }

        /** Whose turn it is goes into the lane. */
        List<QueuePlace> takeTurns() {
            List<QueuePlace> taken = seat.take();
            for (QueuePlace place : taken) {
                var there = new QueuePlace(LANE, inLane++);
                seat.arrives(there);
                places.moved(place, there);
            }
            return taken;
        }
    }

    /** The first job of the lane begins. */
    private void begins(long offset) {
        one.places.remove(new QueuePlace(LANE, offset));
        other.places.remove(new QueuePlace(LANE, offset));
    }

    private static List<Long> offsets(List<QueuePlace> places) {
        return places.stream().map(QueuePlace::offset).toList();
    }

    @Test
    void asManyGoIntoTheLaneAsItHasRoomFor() {
        room = 3;
        for (int i = 0; i < 10; i++) {
            one.waits("alice", i);
        }
        // one of two partitions has half of the room, rounded up; both are here
        assertThat(offsets(one.seat.take())).containsExactly(0L, 1L, 2L);
        assertThat(one.seat.take()).as("each is told once").isEmpty();
    }

    @Test
    void theNextGoesWhenOneOfTheLaneBegins() {
        one.waits("alice", 0);
        one.waits("alice", 1);
        assertThat(offsets(one.takeTurns())).containsExactly(0L);
        assertThat(one.takeTurns()).isEmpty();
        begins(0);
        assertThat(offsets(one.takeTurns())).containsExactly(1L);
    }

    @Test
    void theFirstJobOfAnotherOwnerComesBeforeTenThousandThatWait() {
        for (int i = 0; i < 10_000; i++) {
            one.waits("alice", i);
        }
        one.takeTurns();
        other.waits("bob", 10_000);
        begins(0);
        assertThat(one.takeTurns()).isEmpty();
        assertThat(offsets(other.takeTurns())).containsExactly(10_000L);
    }

    @Test
    void ownersTakeTurnsByTheirWeights() {
        Map<Long, String> owners = new HashMap<>();
        for (int i = 0; i < 400; i++) {
            String owner = i % 2 == 0 ? "heavy" : "light";
            one.seat.weighs(new QueuePlace(WAITING, i), owner, owner.equals("heavy") ? 3 : null);
            owners.put((long) i, owner);
            (i % 3 == 0 ? one : other).waits(owner, i);
            one.seat.weighs(new QueuePlace(WAITING, i), owner, owner.equals("heavy") ? 3 : null);
        }
        var served = new ArrayList<String>();
        for (long begun = 0; served.size() < 200; begun++) {
            one.takeTurns().forEach(place -> served.add(owners.get(place.offset())));
            other.takeTurns().forEach(place -> served.add(owners.get(place.offset())));
            begins(begun);
        }
        assertThat(Collections.frequency(served, "heavy")).isBetween(149, 151);
        for (int i = 0; i + 8 <= served.size(); i++) {
            assertThat(Collections.frequency(served.subList(i, i + 8), "light"))
                    .as("in any eight turns")
                    .isBetween(1, 3);
        }
    }

    @Test
    void whoWasAwayHasNoTurnsToCatchUpWith() {
        for (int i = 0; i < 100; i++) {
            one.waits("alice", i);
        }
        for (long begun = 0; begun < 50; begun++) {
            one.takeTurns();
            begins(begun);
        }
        for (int i = 100; i < 110; i++) {
            one.waits("bob", i);
        }
        var served = new ArrayList<Long>();
        for (long begun = 50; begun < 60; begun++) {
            served.addAll(offsets(one.takeTurns()));
            begins(begun);
        }
        assertThat(served.stream().filter(offset -> offset >= 100).count()).isBetween(4L, 6L);
    }

    @Test
    void jobsThatWaitNoMoreArePassedBy() {
        for (int i = 0; i < 5; i++) {
            one.waits("alice", i);
        }
        one.takeTurns();
        one.places.remove(new QueuePlace(WAITING, 1));
        one.places.remove(new QueuePlace(WAITING, 3));
        begins(0);
        assertThat(offsets(one.takeTurns())).containsExactly(2L);
        begins(1);
        assertThat(offsets(one.takeTurns())).containsExactly(4L);
    }

    /** It was cancelled before its record was seen in the lane. */
    @Test
    void aTurnOfAJobThatIsOverIsGivenToTheNext() {
        one.waits("alice", 0);
        one.waits("alice", 1);
        assertThat(offsets(one.seat.take())).containsExactly(0L);
        one.places.remove(new QueuePlace(WAITING, 0));
        assertThat(offsets(one.seat.take())).containsExactly(1L);
    }

    @Test
    void whatIsToldTwiceHasOneTurn() {
        room = 10;
        one.waits("alice", 5);
        assertThat(offsets(one.seat.take())).containsExactly(5L);
        one.waits("alice", 5);
        assertThat(one.seat.take()).isEmpty();
    }

    /** After a crash a partition reads once more what it had lost. */
    @Test
    void jobsThatComeOutOfOrderHaveTheirTurnsInOrder() {
        one.waits("bob", 1);
        for (long offset : List.of(9L, 20L, 7L, 9L, 8L)) {
            one.waits("alice", offset);
        }
        one.takeTurns();
        var served = new ArrayList<Long>();
        for (long begun = 0; begun < 4; begun++) {
            begins(begun);
            served.addAll(offsets(one.takeTurns()));
        }
        assertThat(served).containsExactly(7L, 8L, 9L, 20L);
    }

    @Test
    void whatWaitsInAPartitionThatGoesIsNotOfThisProcessAnyMore() {
        one.waits("alice", 0);
        other.waits("alice", 1);
        other.waits("alice", 2);
        assertThat(offsets(one.seat.take())).containsExactly(0L);
        one.seat.end();
        assertThat(offsets(other.seat.take())).containsExactly(1L);
    }

    @Test
    void aProcessWithHalfOfThePartitionsUsesHalfOfTheRoom() {
        room = 6;
        other.seat.end();
        for (int i = 0; i < 10; i++) {
            one.waits("alice", i);
        }
        assertThat(one.seat.take()).hasSize(3);
    }

    /** Or who waits would not have a turn as long as others have one job each in the lane. */
    @Test
    void jobsThatWentIntoTheLaneAtOnceTakeNoRoom() {
        one.places.add(new QueuePlace(LANE, inLane++));
        other.places.add(new QueuePlace(LANE, inLane++));
        one.waits("alice", 0);
        assertThat(offsets(one.takeTurns())).containsExactly(0L);
    }

    /** Which of them had their turn is not known. */
    @Test
    void jobsThatAreInTheLaneWhenAPartitionIsOpenedTakeRoom() {
        room = 3;
        for (var place :
                List.of(
                        new QueuePlace(LANE, 5),
                        new QueuePlace(LANE, 7),
                        new QueuePlace(LANE + ".1", 3))) {
            one.places.add(place);
            one.seat.found(place, "bob");
        }
        one.places.add(new QueuePlace(LANE, 8)); // later
        one.waits("alice", 0);
        one.waits("alice", 1);
        assertThat(one.seat.take()).isEmpty();
        begins(5);
        assertThat(offsets(one.seat.take())).containsExactly(0L);
        one.places.remove(new QueuePlace(LANE + ".1", 3));
        assertThat(offsets(one.seat.take())).containsExactly(1L);
    }

    @Test
    void moreWorkersMakeRoom() {
        one.waits("alice", 0);
        one.waits("alice", 1);
        one.waits("alice", 2);
        assertThat(one.seat.take()).hasSize(1);
        room = 3;
        turns.look();
        assertThat(one.seat.take()).hasSize(2);
    }

    @Test
    void whoWaitsBehindManyOfAnotherIsToldThatHeIsSoonToBegin() {
        for (int i = 0; i < 1_000; i++) {
            one.waits("alice", i);
        }
        one.takeTurns();
        other.waits("bob", 1_000);
        other.waits("bob", 1_001);
        assertThat(turns.ahead(new QueuePlace(WAITING, 1_000), "bob")).hasValue(1);
        assertThat(turns.ahead(new QueuePlace(WAITING, 1_001), "bob")).hasValue(3);
        assertThat(turns.ahead(new QueuePlace(WAITING, 500), "alice")).hasValue(502);
        assertThat(turns.ahead(new QueuePlace(WAITING, 5), "carol")).isEmpty();
    }
}
