package io.heritage.transport;

import io.heritage.transport.log.CommandBusContract;
import io.heritage.transport.log.ControlBoardContract;
import io.heritage.transport.log.EventLogContract;
import io.heritage.transport.log.WorkerBoardContract;
import io.heritage.transport.media.MediaStoreContract;
import io.heritage.transport.queue.JobQueueContract;
import io.heritage.transport.queue.QueueWindowsContract;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The contract of every port, for one implementation of all of them. */
abstract class PortContracts {

    /** New for each test. */
    abstract Ports ports();

    @Nested
    @Execution(ExecutionMode.CONCURRENT)
    class Jobs extends JobQueueContract {
        @Override
        protected Ports ports() {
            return PortContracts.this.ports();
        }
    }

    @Nested
    class Windows extends QueueWindowsContract {
        @Override
        protected Ports ports() {
            return PortContracts.this.ports();
        }
    }

    @Nested
    class Media extends MediaStoreContract {
        @Override
        protected Ports ports() {
            return PortContracts.this.ports();
        }
    }

    @Nested
    class Events extends EventLogContract {
        @Override
        protected Ports ports() {
            return PortContracts.this.ports();
        }
    }

    @Nested
    class Commands extends CommandBusContract {
        @Override
        protected Ports ports() {
            return PortContracts.this.ports();
        }
    }

    @Nested
    class Controls extends ControlBoardContract {
        @Override
        protected Ports ports() {
            return PortContracts.this.ports();
        }
    }

    @Nested
    class Workers extends WorkerBoardContract {
        @Override
        protected Ports ports() {
            return PortContracts.this.ports();
        }
    }
}
